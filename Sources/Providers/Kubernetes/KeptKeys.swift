import CooperModel
import CooperProvider
import CooperSchema

/// Keys that other providers make, kept in a Secret under the names that programs read from their environment.
enum KeptKeys {
  static let store = SecretStore(write: { site, sink, texts in write(site, sink, texts) }, read: { read($1) })

  private static let names = ["accessKeyId": "AWS_ACCESS_KEY_ID", "secretAccessKey": "AWS_SECRET_ACCESS_KEY"]

  private static func place(_ sink: KeySink) -> ObjectPlace? {
    guard case .secret(_, let namespace, let name) = sink else { return nil }
    return ObjectPlace(.secret, namespace, name)
  }

  /// Never forced: data that another manager owns is a conflict, which says whose it is.
  private static func write(_ site: Site, _ sink: KeySink, _ texts: [String: [BodyPart]]) -> any Procedure<Void> {
    guard let place = place(sink) else { return Immediate(failing: unfit) }
    var head = ValueJSON.encode(place.object(["type": "Opaque"]), pretty: false)
    head.removeLast()
    var body: [BodyPart] = [.bytes(head), .text(#","data":{"#)]
    for (index, field) in texts.keys.sorted().enumerated() {
      body += [
        .text((index == 0 ? "" : ",") + "\"\(names[field] ?? field)\":\""), .base64(texts[field] ?? []), .text("\""),
      ]
    }
    body.append(.text("}}"))
    let call = place.apply(body, manager: site.fieldManager, forces: false)
    return SingleCall<Void>(call) { (reply) throws(CallFailure) in
      // The answer repeats the Secret: nothing of it is looked at.
      guard 200..<300 ~= reply.status else { throw StatusFailure.failure(reply, to: call) }
    }
  }

  private static func read(_ sink: KeySink) -> any Procedure<[String: Secret]?> {
    guard let place = place(sink) else { return Immediate(failing: unfit) }
    return SingleCall<[String: Secret]?>(place.get) { (reply) throws(CallFailure) in
      if reply.status == 404 { return nil }
      let data = try reply.object(place.get)["data"]
      var found: [String: Secret] = [:]
      for (field, name) in names {
        guard let text = data?[name]?.string, let bytes = StandardBase64.decode(text.utf8) else { continue }
        found[field] = Secret(bytes)
      }
      return found
    }
  }

  private static let unfit = CallFailure(.invalid, code: "KEY0002", "a cluster keeps keys in Secrets only")
}
