import CooperProvider
import CooperSigning

/// Takes on a role (STS API Reference, AssumeRole).
enum AssumeRole {
  static func call(_ role: RoleRequest) -> Call {
    var items = [
      QueryItem("Action", "AssumeRole"), QueryItem("Version", STSForm.version), QueryItem("RoleArn", role.arn),
      QueryItem("RoleSessionName", role.sessionName),
    ]
    if let id = role.externalId { items.append(QueryItem("ExternalId", id)) }
    if let seconds = role.seconds { items.append(QueryItem("DurationSeconds", String(seconds))) }
    return Call(
      .post, service: "sts", body: STSForm.body(items), permissions: [Permission("sts:AssumeRole", on: role.arn)])
  }

  static func credentials(_ reply: Reply, to call: Call) throws(CallFailure) -> AWSCredentials {
    let root = try S3XML.document(reply, root: "AssumeRoleResponse", to: call)
    let found = root?.child("AssumeRoleResult")?.child("Credentials")
    guard let found, let id = found.text("AccessKeyId"), let secret = found.text("SecretAccessKey"),
      let token = found.text("SessionToken"), let time = found.text("Expiration"), let expiry = SigningTime(time)
    else {
      throw CallFailure(
        .protocolBroken, code: "AWS0014", "STS answered AssumeRole without complete credentials",
        status: reply.status, call: call.line)
    }
    return AWSCredentials(
      accessKeyId: id, secretAccessKey: Secret(secret), sessionToken: Secret(token), expiry: Double(expiry.seconds))
  }
}

/// Calls of the query protocol that STS speaks: a form with an action and a version.
enum STSForm {
  static let version = "2011-06-15"

  static func body(_ items: [QueryItem]) -> [UInt8] { CooperSigning.PercentEncoding.query(items) }
}
