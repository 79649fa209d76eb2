internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Keys that were made in this run, and the places in which keys are kept.
extension OutputBook {
  func issued(_ pair: KeyPair, to address: Address) {
    pairs.withLock { $0[address] = pair }
  }

  func pair(of address: Address) -> KeyPair? { pairs.withLock { $0[address] } }

  /// Throws when a key could not be kept there.
  func check(_ sink: KeySink, _ address: Address) async throws(CallFailure) {
    guard case .secret = sink else { return try files.check(sink, address) }
    _ = try await kept(in: sink, address)
  }

  func keep(_ pair: KeyPair, in sink: KeySink, _ address: Address) async throws(CallFailure) {
    guard case .secret(let name, _, _) = sink else { return try files.write(sink, address, pair) }
    let (connection, store) = try store(name)
    var texts: [String: [BodyPart]] = [:]
    for field in Self.fields {
      let reference = Value.string(SecretUse.outputScheme + "\(address).\(field)")
      texts[field] = [.secret(SecretUse(reference, field: "\(address).\(field)"))]
    }
    var runner = runner
    runner.secret = { use throws(CallFailure) in
      use.output?.hasSuffix(".accessKeyId") == true ? Secret(pair.id) : pair.secret
    }
    try await runner.run(store.write(connection.site, sink, texts), on: connection)
  }

  /// The key that a sink holds; nil when it holds none.
  func kept(in sink: KeySink, _ address: Address) async throws(CallFailure) -> KeyPair? {
    guard case .secret(let name, _, _) = sink else { return try files.read(sink, address) }
    let (connection, store) = try store(name)
    let found = try await runner.run(store.read(connection.site, sink), on: connection)
    guard let id = found?["accessKeyId"], let secret = found?["secretAccessKey"] else { return nil }
    return KeyPair(id: id.withBytes { String(decoding: $0, as: UTF8.self) }, secret: secret)
  }

  private static let fields = ["accessKeyId", "secretAccessKey"]

  private func store(_ name: String) throws(CallFailure) -> (any Connection, SecretStore) {
    try connections.secretStore(name, registry)
  }

  /// A secret output of an identity whose key Cooper made; nil when it is no such identity.
  func issuedSecret(_ target: Target, _ output: String) async throws(CallFailure) -> Secret? {
    guard let sink = KeySink(target.settings[IssuedKeys.setting]?["to"]) else { return nil }
    var pair = pair(of: target.address)
    if pair == nil {
      pair = try await kept(in: sink, target.address)
      if let pair { issued(pair, to: target.address) }
    }
    guard let pair else {
      throw CallFailure(
        .unavailable, code: "KEY0005",
        "\(sink.label) holds no key of \(target.address); plan again, and another is made")
    }
    return output == "accessKeyId" ? Secret(pair.id) : pair.secret
  }
}
