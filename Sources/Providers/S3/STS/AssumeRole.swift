import CooperProvider
import CooperSigning

/// Takes on a role (STS API Reference, AssumeRole).
enum AssumeRole {
  static func call(_ role: RoleRequest, region: String? = nil) -> Call {
    var items = [
      QueryItem("Action", "AssumeRole"), QueryItem("Version", STSForm.version), QueryItem("RoleArn", role.arn),
      QueryItem("RoleSessionName", role.sessionName),
    ]
    if let id = role.externalId { items.append(QueryItem("ExternalId", id)) }
    if let seconds = role.seconds { items.append(QueryItem("DurationSeconds", String(seconds))) }
    for (index, tag) in role.tags.enumerated() {
      items.append(QueryItem("Tags.member.\(index + 1).Key", tag.key))
      items.append(QueryItem("Tags.member.\(index + 1).Value", tag.value))
    }
    for (index, key) in role.transitiveTags.enumerated() {
      items.append(QueryItem("TransitiveTagKeys.member.\(index + 1)", key))
    }
    // sts:TagSession is allowed by the role's trust, as taking it on is.
    let actions = ["sts:AssumeRole"] + (role.tags.isEmpty ? [] : ["sts:TagSession"])
    return Call(
      .post, service: "sts", region: region, body: STSForm.body(items),
      permissions: actions.map { Permission($0, on: role.arn) })
  }

  static func credentials(_ reply: Reply, to call: Call) throws(CallFailure) -> AWSCredentials {
    try STSForm.credentials(reply, root: "AssumeRoleResponse", result: "AssumeRoleResult", to: call)
  }
}

/// Takes on a role with the token of an identity provider (STS API Reference, AssumeRoleWithWebIdentity); it isn't signed.
enum AssumeRoleWithWebIdentity {
  static func call(arn: String, sessionName: String, seconds: Int64?, token: Secret, region: String?) -> Call {
    var items = [
      QueryItem("Action", "AssumeRoleWithWebIdentity"), QueryItem("Version", STSForm.version),
      QueryItem("RoleArn", arn), QueryItem("RoleSessionName", sessionName),
      QueryItem("WebIdentityToken", token.withBytes { String(decoding: $0, as: UTF8.self) }),
    ]
    if let seconds { items.append(QueryItem("DurationSeconds", String(seconds))) }
    return Call(
      .post, service: "sts", region: region, body: STSForm.body(items),
      permissions: [Permission("sts:AssumeRoleWithWebIdentity", on: arn)])
  }

  static func credentials(_ reply: Reply, to call: Call) throws(CallFailure) -> AWSCredentials {
    try STSForm.credentials(
      reply, root: "AssumeRoleWithWebIdentityResponse", result: "AssumeRoleWithWebIdentityResult", to: call)
  }
}

/// Calls of the query protocol that STS speaks: a form with an action and a version.
enum STSForm {
  static let version = "2011-06-15"

  static func body(_ items: [QueryItem]) -> [UInt8] { CooperSigning.PercentEncoding.query(items) }

  /// The keys in the answer to an action.
  static func credentials(
    _ reply: Reply, root: StaticString, result: StaticString, to call: Call
  ) throws(CallFailure) -> AWSCredentials {
    let answer = try S3XML.document(reply, root: root, to: call)
    let found = answer?.child(result)?.child("Credentials")
    guard let found, let id = found.text("AccessKeyId"), let secret = found.text("SecretAccessKey"),
      let token = found.text("SessionToken"), let time = found.text("Expiration"),
      let expiry = ServiceInstant.seconds(time)
    else {
      throw CallFailure(
        .protocolBroken, code: "AWS0014", "STS answered with \(root) without complete credentials",
        status: reply.status, call: call.line)
    }
    return AWSCredentials(
      accessKeyId: id, secretAccessKey: Secret(secret), sessionToken: Secret(token), expiry: expiry)
  }
}
