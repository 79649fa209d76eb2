import CooperModel
import CooperProvider
import CooperSchema

/// A service account: found, made and removed (IAM API, projects.serviceAccounts).
enum ServiceAccount {
  static func email(_ target: Target) -> String { GoogleRights.email(target.name, project: target.site.project) }

  private static func get(_ target: Target) -> Call {
    .account(.get, target.site, email(target), needs: "iam.serviceAccounts.get")
  }

  /// Address and unique id; an answer about another account is none.
  private static func facts(_ reply: Reply, _ target: Target, _ call: Call) throws(CallFailure) -> ValueMap {
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
    let call = Call.account(
      .post, target.site, nil, body: ["accountId": .string(target.name)],
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
      schema: Identity.schema, granularity: .facet, facets: [AnyFacet(ServiceAccountTrust.self)],
      find: { ServiceAccount.find($0) }, create: { ServiceAccount.create($0) }, delete: { ServiceAccount.delete($0) },
      contents: { _, _ in Immediate(Contents(objects: 0, bytes: 0)) }, empty: { _ in Immediate(()) },
      // A project has accounts of Google's own services: a look at each declared one costs less.
      list: { _ in Immediate([]) }, outputs: { ServiceAccount.outputs($0) })
    kind.issue(HMACKeys.issuer)
    kind.refine = { (composition) throws(CallFailure) in try ServiceAccountTrust.refined(composition) }
    return kind
  }()
}
