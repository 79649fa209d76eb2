import CooperModel
import CooperProvider
import CooperSchema

/// HMAC keys of service accounts, by which programs speak S3's protocol to Google (Cloud Storage JSON API,
/// Projects.hmacKeys). The secret is shown once, in the answer to the creation, and never again.
enum HMACKeys {
  /// Keys per service account (Cloud Storage documentation, HMAC keys: restrictions).
  static let limit = 10

  /// An access id and a secret are what S3's protocol calls access key id and secret access key; they sign no call of the
  /// JSON API, so that nothing is verified here.
  static let issuer = KeyIssuer(
    limit: limit, list: { list(of: ServiceAccount.email($0), on: $0.site) },
    create: { target in
      // The storage service hears of a new account a little later than it is made; a key that was refused isn't there.
      UntilKnown(create(for: ServiceAccount.email(target), on: target.site)) {
        $0.kind == .notFound || $0.namesUnknownMember
      }
    }, disable: { deactivate($1, on: $0.site) }, delete: { delete($1, on: $0.site) })

  private static let action = "storage.hmacKeys."

  /// Never sent twice by itself: each answer is another key.
  static func create(for email: String, on site: Site) -> any Procedure<KeyPair> {
    let call = Call.project(
      .post, site, path: ["projects", site.project, "hmacKeys"], query: [QueryItem("serviceAccountEmail", email)],
      needs: action + "create", idempotent: false)
    return SingleCall<KeyPair>(call) { (reply) throws(CallFailure) in
      _ = try reply.succeeded(call)
      // Not by the codec of plain data: the secret may become no text.
      guard let answer = SecretJSON(reply.body), answer.text("kind") == "storage#hmacKey",
        let accessId = answer.object("metadata")?.text("accessId"), let secret = answer.secret("secret"),
        !secret.isEmpty
      else { throw .broken("hmacKey", "no key with its secret", call) }
      return KeyPair(id: accessId, secret: secret)
    }
  }

  static func list(of email: String, on site: Site) -> any Procedure<[IssuedKey]> { ListHMACKeys(email, site) }

  static func deactivate(_ key: IssuedKey, on site: Site) -> any Procedure<Void> {
    var body: ValueMap = ["state": "INACTIVE"]
    if let etag = key.revision { body["etag"] = .string(etag) }
    let call = Call.project(
      .put, site, path: path(key, site), body: .map(body), needs: action + "update")
    return SingleCall<Void>(call) { (reply) throws(CallFailure) in
      _ = try reply.document("storage#hmacKeyMetadata", to: call)
    }
  }

  /// Only one that is inactive can be deleted; one that is gone is done.
  static func delete(_ key: IssuedKey, on site: Site) -> any Procedure<Void> {
    let call = Call.project(.delete, site, path: path(key, site), needs: action + "delete")
    return SingleCall<Void>(call) { (reply) throws(CallFailure) in
      if reply.status != 404 { _ = try reply.succeeded(call) }
    }
  }

  static func removeAll(of email: String, on site: Site) -> any Procedure<Void> {
    Then(list(of: email, on: site)) { keys in
      InTurn(keys.flatMap { ($0.isActive ? [deactivate($0, on: site)] : []) + [delete($0, on: site)] })
    }
  }

  private static func path(_ key: IssuedKey, _ site: Site) -> [String] {
    ["projects", site.project, "hmacKeys", key.id]
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
  private var found: [IssuedKey] = []

  init(_ email: String, _ site: Site) {
    self.email = email
    self.site = site
  }

  mutating func next(_ reply: Reply?) -> Step<[IssuedKey]> {
    let call = HMACKeys.listCall(email, site, token)
    guard let reply else { return .call(call) }
    do throws(CallFailure) {
      let page = try reply.document("storage#hmacKeysMetadata", to: call)
      for item in page["items"]?.list ?? [] {
        guard let id = item["accessId"]?.string, let state = item["state"]?.string,
          ["ACTIVE", "INACTIVE", "DELETED"].contains(state)
        else { throw .broken("items", "a list with a key without id or state", call) }
        // Those that are deleted are listed only on request, and are none.
        guard state != "DELETED" else { continue }
        found.append(IssuedKey(id: id, isActive: state == "ACTIVE", revision: item["etag"]?.string))
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
