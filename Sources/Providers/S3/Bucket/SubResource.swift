import CooperProvider
import CooperSchema

/// One sub-resource of a bucket: its name on the wire, its document, what its absence is called, and its permissions.
struct SubResource: Sendable {
  enum Document: Sendable {
    /// Other names of the root are those that real servers were seen to give it.
    case xml(root: StaticString, also: StaticString? = nil)
    case json
  }

  /// The bare query item, e.g. `cors`.
  var name: String
  var document: Document
  /// Codes that mean "not set" when they come with 404; NoSuchBucket is never one of them.
  var absentCodes: Set<String>
  var readAction: String
  var writeAction: String
  /// IAM knows no action for most deletions: they need that of the write (provider-quirks section 6).
  var clearAction: String?

  /// What one look at the sub-resource showed.
  enum Look: Sendable {
    case xml(XMLElement, Reply)
    case json(Value)
    case absent
    case unsupported(String)
  }

  func get(_ target: Target) -> Call { .bucket(.get, target, query: [QueryItem(name)], needs: readAction) }

  func put(_ target: Target, headers: [Header] = [], _ body: [UInt8]) -> Call {
    .bucket(.put, target, query: [QueryItem(name)], headers: headers, body: body, needs: writeAction)
  }

  func delete(_ target: Target) -> Call {
    .bucket(.delete, target, query: [QueryItem(name)], needs: clearAction ?? writeAction)
  }

  /// Tells document, absence and "this store can't hold it" apart; all else is a failure.
  func look(_ reply: Reply, to call: Call) throws(CallFailure) -> Look {
    if !(200..<300 ~= reply.status) {
      let failure = S3Failure.failure(reply, to: call)
      if reply.status == 404, absentCodes.contains(failure.code) { return .absent }
      if failure.kind == .unsupported { return .unsupported(reason(failure, call)) }
      throw failure
    }
    do throws(CallFailure) {
      switch document {
      case .xml(let root, let other):
        let element = try S3XML.document(reply, root: root, also: other, to: call, wrongRoot: .unsupported)
        return element.map { .xml($0, reply) } ?? .absent
      case .json: return try json(reply, to: call)
      }
    } catch {
      if error.kind == .unsupported { return .unsupported(reason(error, call)) }
      throw error
    }
  }

  /// How it is known that a store can't hold something. It names no bucket, because one answer may stand for many.
  private func reason(_ failure: CallFailure, _ call: Call) -> String {
    "\(call.method.rawValue) ?\(name): \(failure.code), \(failure.message)"
  }

  private func json(_ reply: Reply, to call: Call) throws(CallFailure) -> Look {
    guard let first = reply.body.first(where: { ![0x20, 0x9, 0xA, 0xD].contains($0) }) else { return .absent }
    // A store that doesn't know the sub-resource lists the bucket, and that is XML.
    if first == UInt8(ascii: "<") {
      guard let name = (try? XMLReader.read(reply.body))?.root?.name.prefix(80) else {
        throw CallFailure(
          .protocolBroken, code: "UnreadableReply", "the answer is no readable document", status: reply.status,
          call: call.line)
      }
      throw CallFailure(
        .unsupported, code: "WrongRootElement", "the answer is a \(name) and not the expected JSON",
        status: reply.status, call: call.line)
    }
    guard let value = try? ValueJSON.decode(reply.body, limits: JSONLimits(depth: 64, bytes: 1 << 20)) else {
      throw CallFailure(
        .protocolBroken, code: "UnreadableReply", "the answer is not readable JSON", status: reply.status,
        call: call.line)
    }
    guard value.map != nil else {
      throw CallFailure(
        .protocolBroken, code: "UnreadableReply", "the answer is JSON, but not an object", status: reply.status,
        call: call.line)
    }
    return .json(value)
  }

  /// Reads and decodes an XML sub-resource; a decoder that returns nil found a document that says nothing.
  func read<Model: Sendable>(
    _ target: Target, _ decode: @escaping @Sendable (XMLElement, FieldReader) throws(CallFailure) -> Model?
  ) -> any Procedure<Observed<Model>> {
    let call = get(target)
    return SingleCall<Observed<Model>>(call, ofBodyAlone: true) { (reply) throws(CallFailure) in
      switch try look(reply, to: call) {
      case .xml(let element, _):
        guard let model = try decode(element, FieldReader(call: call)) else { return .absent }
        return .present(model)
      case .json, .absent: return .absent
      case .unsupported(let reason): return .unsupported(reason)
      }
    }
  }

  /// Writes the document; a look comes first unless it is known that the store has this sub-resource, because others
  /// take the PUT for the creation of a bucket (test-servers.md, traps).
  func write(
    _ target: Target, isKnown: Bool, headers: [Header] = [], _ body: [UInt8]
  ) -> any Procedure<Void> {
    write(target, isKnown: isKnown, put(target, headers: headers, body))
  }

  func write(_ target: Target, isKnown: Bool, _ call: Call) -> any Procedure<Void> {
    guard isKnown || target.site.isAmazon else { return merge(target) { _ in call } }
    return SingleCall<Void>(call) { (reply) throws(CallFailure) in _ = try reply.succeeded(call) }
  }

  /// Looks, and writes what the function makes of that look.
  func merge(_ target: Target, _ write: @escaping @Sendable (Look) -> Call) -> any Procedure<Void> {
    LookThenCall(sub: self, target: target) { look in write(look) }
  }

  /// Puts the document that says "not set" where the sub-resource has no deletion, and only over something that is set.
  func reset(_ target: Target, headers: [Header] = [], _ body: [UInt8]) -> any Procedure<Void> {
    LookThenCall(sub: self, target: target) { look in
      if case .absent = look { return nil }
      return put(target, headers: headers, body)
    }
  }

  /// Deletes the document, only after a look has shown that exactly this document is there: stores that don't know the
  /// sub-resource delete the whole bucket instead (test-servers.md, traps).
  func clear(_ target: Target) -> any Procedure<Void> {
    LookThenCall(sub: self, target: target) { look in
      if case .absent = look { return nil }
      return delete(target)
    }
  }
}

extension Reply {
  /// Returns itself when the status is 2xx, else throws what it means.
  func succeeded(_ call: Call) throws(CallFailure) -> Reply {
    guard 200..<300 ~= status else { throw S3Failure.failure(self, to: call) }
    return self
  }
}

/// One look at a sub-resource and at most one call after it; what the store can't hold is never written or deleted.
struct LookThenCall: Procedure {
  let sub: SubResource
  let target: Target
  /// The call that follows a look; nil when nothing is left to do.
  let follow: @Sendable (SubResource.Look) -> Call?
  private var sent: Call?

  init(sub: SubResource, target: Target, follow: @escaping @Sendable (SubResource.Look) -> Call?) {
    self.sub = sub
    self.target = target
    self.follow = follow
  }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    let get = sub.get(target)
    guard let reply else { return .call(sent ?? get) }
    do throws(CallFailure) {
      if let sent {
        // Gone in the meantime is what a deletion wants.
        let failure = 200..<300 ~= reply.status ? nil : S3Failure.failure(reply, to: sent)
        if let failure, !(sent.method == .delete && sub.absentCodes.contains(failure.code)) { throw failure }
        return .done(())
      }
      let look = try sub.look(reply, to: get)
      if case .unsupported(let reason) = look {
        throw CallFailure(.unsupported, code: "NotSupported", reason, status: reply.status, call: get.line)
      }
      guard let call = follow(look) else { return .done(()) }
      sent = call
      return .call(call)
    } catch {
      return .failed(error)
    }
  }

  /// The look and what would follow a look that finds nothing, or a document without content.
  var plannedCalls: [Call] {
    let get = sub.get(target)
    return [get] + ([follow(.absent) ?? follow(.json(.null))].compactMap { $0 })
  }
}
