import CooperModel
import CooperProvider
import CooperSchema

/// A role or a user as GetRole and GetUser tell it (IAM API Reference); several facets are read from it.
struct IAMEntity: Sendable {
  var arn: String
  var id: String
  var path: String
  var maxSession: Int64?
  var trust: Value?
  var boundary: String?
  /// Of roles; users have none.
  var description: String?
  var tags: Tags

  static func call(_ target: Target) -> Call {
    IAMCall.read("Get" + IAMPrincipal(target).rawValue, [IAMPrincipal.name(target)], on: IAMPrincipal.arn(target))
  }

  static func read<Output: Sendable>(
    _ target: Target, _ decode: @escaping @Sendable (IAMEntity) throws(CallFailure) -> Output
  ) -> any Procedure<Output> {
    let call = call(target)
    return SingleCall<Output>(call) { (reply) throws(CallFailure) in
      try decode(try IAMEntity(reply, IAMPrincipal(target), to: call))
    }
  }

  init(_ reply: Reply, _ kind: IAMPrincipal, to call: Call) throws(CallFailure) {
    let result = try IAMCall.result(reply, kind == .role ? "GetRole" : "GetUser", to: call)
    try self.init(in: result, kind, to: call)
  }

  init(in result: XMLElement, _ kind: IAMPrincipal, to call: Call) throws(CallFailure) {
    guard let entity = result.child(kind == .role ? "Role" : "User"), let arn = entity.text("Arn") else {
      throw CallFailure(
        .protocolBroken, code: "UnreadableValue", "IAM answers with no \(kind.rawValue.lowercased())", call: call.line)
    }
    self.arn = arn
    id = entity.text("RoleId") ?? entity.text("UserId") ?? ""
    path = entity.text("Path") ?? "/"
    maxSession = entity.text("MaxSessionDuration").flatMap { Int64($0) }
    trust = nil
    if let text = entity.text("AssumeRolePolicyDocument") { trust = try IAMCall.document(text, call) }
    boundary = entity.child("PermissionsBoundary")?.text("PermissionsBoundaryArn")
    description = entity.text("Description").flatMap { $0.isEmpty ? nil : $0 }
    tags = IAMTagging.tags(in: entity)
  }

  var outputs: ValueMap { ["arn": .string(arn), "id": .string(id)] }
}

/// Finding, making and removing roles and users.
enum IAMIdentity {
  static func find(_ target: Target) -> any Procedure<Found> {
    let call = IAMEntity.call(target)
    return SingleCall<Found>(call) { (reply) throws(CallFailure) in
      do throws(CallFailure) {
        _ = try IAMEntity(reply, IAMPrincipal(target), to: call)
        return .present(region: nil)
      } catch {
        guard error.kind == .notFound, error.code == "NoSuchEntity" else { throw error }
        return .absent
      }
    }
  }

  static func create(_ target: Target) -> any Procedure<ValueMap> {
    let kind = IAMPrincipal(target)
    var parameters = [IAMPrincipal.name(target)]
    if let path = target.settings["path"]?.string { parameters.append(QueryItem("Path", path)) }
    if kind == .role {
      guard let trust = target.desired["trust"] else {
        return Immediate(
          failing: CallFailure(.invalid, code: "MissingTrust", "a role is made with its trust, and the plan holds none")
        )
      }
      parameters.append(QueryItem("AssumeRolePolicyDocument", IAMPolicyText.text(trust)))
      if let span = target.desired["maxSession"].flatMap({ try? TimeSpan(value: $0) }) {
        parameters.append(QueryItem("MaxSessionDuration", String(span.seconds)))
      }
      if let words = target.desired["description"]?.string { parameters.append(QueryItem("Description", words)) }
    }
    if let boundary = target.desired["permissionsBoundary"]?.string {
      parameters.append(QueryItem("PermissionsBoundary", boundary))
    }
    let tags = target.desired["tags"]?.map ?? ValueMap()
    parameters += IAMTagging.parameters(tags.map { ($0.key, $0.value.string ?? "") })
    let action = "Create" + kind.rawValue
    let call = IAMCall.change(
      action, parameters, on: IAMPrincipal.arn(target), also: tags.isEmpty ? [] : ["Tag" + kind.rawValue],
      idempotent: false)
    let making = SingleCall<ValueMap>(call) { (reply) throws(CallFailure) in
      let result = try IAMCall.result(reply, kind == .role ? "CreateRole" : "CreateUser", to: call)
      return try IAMEntity(in: result, kind, to: call).outputs
    }
    return UntilKnown(making) { $0.namesUnknownPrincipal }
  }

  /// What of Cooper's hangs on it first: IAM deletes nothing that still has a policy, a key or a place in a profile. What
  /// others hung there stops it (`IAMHolds`).
  static func delete(_ target: Target) -> any Procedure<Void> {
    let kind = IAMPrincipal(target)
    let arn = IAMPrincipal.arn(target)
    let name = IAMPrincipal.name(target)
    let last = IAMCall.done(
      IAMCall.change("Delete" + kind.rawValue, [name], on: arn), kind == .role ? "DeleteRole" : "DeleteUser")
    let hanging: any Procedure<Void> =
      kind == .role ? IAMInstanceProfile.removeOwn(target) : IAMKeys.removeOwn(target)
    return InTurn([hanging, IAMAttached.removeOwn(target), IAMInline.removeOwn(target), last])
  }
}

/// Policy documents as IAM takes them.
enum IAMPolicyText {
  static func text(_ document: Value) -> String {
    String(decoding: ValueJSON.encode(CanonicalDocument.written(document), pretty: false), as: UTF8.self)
  }
}
