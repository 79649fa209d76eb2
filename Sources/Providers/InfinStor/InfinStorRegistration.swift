internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// InfinStor's table as registrations; it has no call to read it (IS-09), so the recorded stands in.
enum InfinStorRegistration {
  static let kind: Kind = {
    var kind = Kind(
      schema: InfinStorRegistrationSupport.schema,
      payload: Payload(
        facet: AnyFacet(InfinStorEntry.self),
        compose: { composition throws(CallFailure) in try InfinStorDocument.compose(composition) },
        create: { target, document in
          let calls = [InfinStorCall.add(document, target.address)] + InfinStorEntry.rights(nil, document)
          return Then(InfinStorEntry.sending(calls)) { _ in
            Immediate(["bucketname": document["bucketname"] ?? .null])
          }
        }),
      find: { _ in Immediate(.absent) },
      delete: { target in
        guard let name = target.related["bucket"]?.name.string ?? target.outputs["bucketname"]?.string else {
          return Immediate(
            failing: CallFailure(.invalid, code: "PLT0010", "\(target.address): the name of its bucket is not known"))
        }
        // Whether rights go with the entry isn't known: where the call is, they are taken away first.
        let rights = (target.settings["rights"]?.list ?? []).compactMap { right in
          InfinStorCall.removal(of: right, name, cloud: InfinStorDocument.cloud(target), on: target.site)
        }
        return InfinStorEntry.sending(rights + [InfinStorCall.delete(name)])
      },
      list: { _ in
        Immediate(failing: CallFailure(.unsupported, code: "PLT0010", "InfinStor has no call that lists its table"))
      })
    kind.showsNothing = true
    kind.remarks = { target in
      guard RelatedBucket(target.related["bucket"])?.family == .azure,
        RelatedIdentity(target.related["identity"])?.hasKeyPair == true
      else { return [] }
      return [.choice("at Azure InfinStor signs in with the account's key (R-08)")]
    }
    return kind
  }()
}

/// One entry; never read.
enum InfinStorEntry: Facet {
  static let schema = FacetSchema(
    name: "entry", shape: InfinStorDocument.shape, summary: "The entry in InfinStor's table.")

  static func read(_ target: Target) -> any Procedure<Observed<InfinStorDocument>> {
    Immediate(.unsupported("InfinStor has no call that reads its table (IS-09)"))
  }

  static func write(_ change: FacetChange<InfinStorDocument>, on target: Target) throws(CallFailure) -> Effect {
    guard let after = change.after?.value else {
      throw CallFailure(.invalid, code: "PLT0010", "an entry of InfinStor is removed as a whole")
    }
    let before = change.before?.value
    let removed = (before?["rights"]?.list ?? []).filter { right in !(after["rights"]?.list ?? []).contains(right) }
    let name = before?["bucketname"]?.string ?? ""
    var calls = removed.compactMap { right in
      InfinStorCall.removal(of: right, name, cloud: before?["cloud"]?.string, on: target.site)
    }
    guard calls.count == removed.count else {
      throw CallFailure(
        .unsupported, code: "PLT0011",
        "\(target.address): InfinStor publishes no call that takes a right away (IS-08, U-01); "
          + "do it there, and keep it here until then; or, if you know the call, write  rightRemoval: { path: … }  at connection "
          + target.site.connection)
    }
    if let before, before["bucketname"] != after["bucketname"], let old = before["bucketname"]?.string {
      calls.append(InfinStorCall.delete(old))
    }
    calls.append(entry(before, after, target.address))
    return Effect(rank: 0, .procedure(sending(calls + rights(before, after))))
  }

  /// A change of the endpoint alone is a modification; with keys in it the whole entry goes, as the key may be another one.
  private static func entry(_ before: Value?, _ after: Value, _ address: Address) -> Call {
    func rest(_ document: Value) -> ValueMap {
      var map = document.map ?? ValueMap()
      map["endpoint"] = nil
      map["rights"] = nil
      return map
    }
    guard let before, after["secretAccessKey"] == nil, rest(before) == rest(after),
      before["endpoint"] != after["endpoint"]
    else { return InfinStorCall.add(after, address) }
    return InfinStorCall.modify(endpoint: after["endpoint"]?.string ?? "", after)
  }

  static func rights(_ before: Value?, _ after: Value) -> [Call] {
    // Under another name it is another entry, to which nobody has been given a right.
    let given = before?["bucketname"] == after["bucketname"] ? before?["rights"]?.list ?? [] : []
    return (after["rights"]?.list ?? []).filter { !given.contains($0) }.map { InfinStorCall.right($0, after) }
  }

  static func sending(_ calls: [Call]) -> any Procedure<Void> { Sending(calls: calls[...]) }

  /// One call after the other; any 2xx is a success (IS-10).
  private struct Sending: Procedure {
    var calls: ArraySlice<Call>
    var last: Call?

    var plannedCalls: [Call] { Array(calls) }

    mutating func next(_ reply: Reply?) -> Step<Void> {
      if let reply, reply.saysLoginExpired {
        return .failed(
          CallFailure(.unauthenticated, code: "PLT0003", "InfinStor says of a new session too: Login expired"))
      }
      if let reply, let last, !(200..<300 ~= reply.status) {
        return .failed(.ofPlatform(reply, to: last))
      }
      guard let call = calls.popFirst() else { return .done(()) }
      last = call
      return .call(call)
    }
  }
}
