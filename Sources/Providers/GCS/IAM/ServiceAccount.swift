import CooperModel
import CooperProvider
import CooperSchema

/// A service account: found, made and removed (IAM API, projects.serviceAccounts).
enum ServiceAccount {
  static func email(_ target: Target) -> String { GoogleRights.email(target.name, project: target.site.project) }

  static func get(_ target: Target) -> Call {
    .account(.get, target.site, email(target), needs: "iam.serviceAccounts.get")
  }

  /// Address and unique id; an answer about another account is none.
  static func facts(_ reply: Reply, _ target: Target, _ call: Call) throws(CallFailure) -> ValueMap {
    let map = try reply.object(to: call)
    guard map["email"]?.string == email(target), let id = map["uniqueId"]?.string else {
      throw CallFailure(
        .unsupported, code: "WrongDocument",
        "the answer is something else and not the service account \(email(target))",
        status: reply.status, call: call.line)
    }
    return ["email": .string(email(target)), "uniqueId": .string(id)]
  }

  /// The service answers 403 also where it won't say whether there is such an account: that is unknown, never absent.
  static func find(_ target: Target) -> any Procedure<Found> {
    let call = get(target)
    return SingleCall<Found>(call) { (reply) throws(CallFailure) in
      do throws(CallFailure) {
        _ = try facts(reply, target, call)
        return .present(region: nil)
      } catch {
        guard error.kind == .notFound else { throw error }
        return .absent
      }
    }
  }

  static func create(_ target: Target) -> any Procedure<ValueMap> {
    var body: ValueMap = ["accountId": .string(target.name)]
    if let words = target.desired["description"], words != "" { body["serviceAccount"] = ["description": words] }
    let call = Call.account(
      .post, target.site, nil, body: .map(body),
      needs: "iam.serviceAccounts.create", idempotent: false)
    return SingleCall<ValueMap>(call) { (reply) throws(CallFailure) in try facts(reply, target, call) }
  }

  static func outputs(_ target: Target) -> any Procedure<ValueMap> {
    let call = get(target)
    let asked = SingleCall<ValueMap>(call) { (reply) throws(CallFailure) in try facts(reply, target, call) }
    return UntilKnown(asked) { $0.kind == .notFound }
  }

  /// Its keys first: the service leaves those of an account that is gone behind, still listed.
  static func delete(_ target: Target) -> any Procedure<Void> {
    let call = Call.account(.delete, target.site, email(target), needs: "iam.serviceAccounts.delete")
    let last = SingleCall<Void>(call) { (reply) throws(CallFailure) in
      if reply.status != 404 { _ = try reply.succeeded(call) }
    }
    guard target.outputs[IssuedKeys.ledgerOutput] != nil else { return last }
    return InTurn([HMACKeys.removeAll(of: email(target), on: target.site), last])
  }
}

/// Service accounts as a kind; their keys are HMAC keys, by which programs speak S3's protocol.
enum GCSIdentity {
  static let kind: Kind = {
    var kind = Kind(
      schema: Identity.schema, granularity: .facet,
      facets: [AnyFacet(ServiceAccountTrust.self), AnyFacet(ServiceAccountDescription.self)],
      find: { ServiceAccount.find($0) }, create: { ServiceAccount.create($0) }, delete: { ServiceAccount.delete($0) },
      contents: { _, _ in Immediate(Contents(objects: 0, bytes: 0)) }, empty: { _ in Immediate(()) },
      // A project has accounts of Google's own services: a look at each declared one costs less.
      list: { _ in Immediate([]) }, outputs: { ServiceAccount.outputs($0) })
    kind.issue(HMACKeys.issuer)
    kind.refine = { (composition) throws(CallFailure) in
      var facets = try ServiceAccountTrust.refined(composition)
      facets[ServiceAccountDescription.schema.name] = composition.description.map { .string($0) }
      return facets
    }
    kind.written = { observed, _ in observed.filter { $0.key == ServiceAccountDescription.schema.name } }
    return kind
  }()
}

/// What the account is for (IAM API, projects.serviceAccounts.patch).
enum ServiceAccountDescription: Facet {
  static let schema = FacetSchema(
    name: "description", shape: .string(TextRule(lengths: 0...256)), summary: "What the service account is for.",
    cleared: .string(""))

  /// Bytes in UTF-8 (IAM API, ServiceAccount.description).
  private static let limit = 256

  static func read(_ target: Target) -> any Procedure<Observed<String>> {
    let call = ServiceAccount.get(target)
    return SingleCall<Observed<String>>(call) { (reply) throws(CallFailure) in
      _ = try ServiceAccount.facts(reply, target, call)
      let text = try reply.object(to: call)["description"]?.string ?? ""
      return text.isEmpty ? .absent : .present(text)
    }
  }

  static func write(_ change: FacetChange<String>, on target: Target) throws(CallFailure) -> Effect {
    let text = change.after ?? ""
    guard text.utf8.count <= limit else {
      throw CallFailure(
        .invalid, code: "GCS0124",
        "description of \(target.address) has \(text.utf8.count) bytes, and Google takes \(limit)")
    }
    let call = Call.account(
      .patch, target.site, ServiceAccount.email(target),
      body: ["serviceAccount": ["description": .string(text)], "updateMask": "description"],
      needs: "iam.serviceAccounts.update")
    let writing = SingleCall<Void>(call) { (reply) throws(CallFailure) in
      _ = try ServiceAccount.facts(reply, target, call)
    }
    return Effect(rank: FacetRank.rights, .procedure(UntilKnown(writing) { $0.kind == .notFound }))
  }
}
