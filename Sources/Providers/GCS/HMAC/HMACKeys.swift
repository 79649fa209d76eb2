import CooperModel
import CooperProvider
import CooperSchema

/// HMAC keys of service accounts, by which programs speak S3's protocol to Google (Cloud Storage JSON API,
/// Projects.hmacKeys). The secret is shown once, in the answer to the creation, and never again.
enum HMACKeys {
  /// Keys per service account (Cloud Storage documentation, HMAC keys: restrictions).
  static let limit = 10

  /// A key that was just made.
  struct Made: Sendable {
    var accessId: String
    var secret: Secret
  }

  /// A key as it is listed.
  struct Key: Sendable, Hashable {
    enum State: String, Sendable { case active = "ACTIVE", inactive = "INACTIVE", deleted = "DELETED" }

    var accessId: String
    var state: State
    /// Of the account it belongs to.
    var email: String
    /// A change is bound to it.
    var etag: String?
  }

  private static let action = "storage.hmacKeys."

  /// Never sent twice by itself: each answer is another key.
  static func create(for email: String, on site: Site) -> any Procedure<Made> {
    let call = Call.project(
      .post, site, path: ["projects", site.project, "hmacKeys"], query: [QueryItem("serviceAccountEmail", email)],
      needs: action + "create", idempotent: false)
    return SingleCall<Made>(call) { (reply) throws(CallFailure) in
      _ = try reply.succeeded(call)
      // Not by the codec of plain data: the secret may become no text.
      guard let answer = SecretJSON(reply.body), answer.text("kind") == "storage#hmacKey",
        let accessId = answer.object("metadata")?.text("accessId"), let secret = answer.secret("secret"),
        !secret.isEmpty
      else { throw .broken("hmacKey", "no key with its secret", call) }
      return Made(accessId: accessId, secret: secret)
    }
  }

  static func list(of email: String, on site: Site) -> any Procedure<[Key]> { ListHMACKeys(email, site) }

  static func deactivate(_ key: Key, on site: Site) -> any Procedure<Void> {
    var body: ValueMap = ["state": .string(Key.State.inactive.rawValue)]
    if let etag = key.etag { body["etag"] = .string(etag) }
    let call = Call.project(
      .put, site, path: path(key, site), body: .map(body), needs: action + "update")
    return SingleCall<Void>(call) { (reply) throws(CallFailure) in
      _ = try reply.document("storage#hmacKeyMetadata", to: call)
    }
  }

  /// Only one that is inactive can be deleted; one that is gone is done.
  static func delete(_ key: Key, on site: Site) -> any Procedure<Void> {
    let call = Call.project(.delete, site, path: path(key, site), needs: action + "delete")
    return SingleCall<Void>(call) { (reply) throws(CallFailure) in
      if reply.status != 404 { _ = try reply.succeeded(call) }
    }
  }

  private static func path(_ key: Key, _ site: Site) -> [String] {
    ["projects", site.project, "hmacKeys", key.accessId]
  }

  fileprivate static func listCall(_ email: String, _ site: Site, _ token: String?) -> Call {
    .project(
      .get, site, path: ["projects", site.project, "hmacKeys"],
      query: [QueryItem("serviceAccountEmail", email)] + (token.map { [QueryItem("pageToken", $0)] } ?? []),
      needs: action + "list")
  }
}

/// Pages through the keys of one account.
private struct ListHMACKeys: Procedure {
  private let email: String
  private let site: Site
  private var token: String?
  private var found: [HMACKeys.Key] = []

  init(_ email: String, _ site: Site) {
    self.email = email
    self.site = site
  }

  mutating func next(_ reply: Reply?) -> Step<[HMACKeys.Key]> {
    let call = HMACKeys.listCall(email, site, token)
    guard let reply else { return .call(call) }
    do throws(CallFailure) {
      let page = try reply.document("storage#hmacKeysMetadata", to: call)
      for item in page["items"]?.list ?? [] {
        guard let id = item["accessId"]?.string, let state = item["state"]?.string.flatMap(HMACKeys.Key.State.init)
        else { throw .broken("items", "a list with a key without id or state", call) }
        found.append(
          HMACKeys.Key(
            accessId: id, state: state, email: item["serviceAccountEmail"]?.string ?? email, etag: item["etag"]?.string)
        )
      }
      let following = try page.text("nextPageToken", of: call).flatMap { $0.isEmpty ? nil : $0 }
      guard let following, following != token else { return .done(found) }
      token = following
      return .call(HMACKeys.listCall(email, site, token))
    } catch {
      return .failed(error)
    }
  }
}
