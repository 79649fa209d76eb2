internal import CooperModel
public import CooperProvider

/// What a shared access signature lets its holder do, and how long, before it is signed.
///
/// Source: Azure Storage REST API, "Create an account SAS" and "Create a service SAS".
public struct AzureSAS: Sendable, Hashable {
  /// Version whose string to sign this is.
  public static let version = "2022-11-02"

  public var permissions = ""
  /// `2026-11-29T10:00:00Z`.
  public var start: String?
  public var expiry = ""
  public var ip: String?
  /// `https`, or `https,http`.
  public var protocols: String?
  public var version = AzureSAS.version
  public var encryptionScope: String?

  public init(permissions: String, expiry: String) {
    self.permissions = permissions
    self.expiry = expiry
  }

  private var base: [(String, String?)] {
    [
      ("st", start), ("se", expiry), ("sp", permissions), ("sip", ip), ("spr", protocols), ("sv", version),
      ("ses", encryptionScope),
    ]
  }

  /// An account SAS: services, e.g. `b`, and types of resource, e.g. `sco`.
  public func account(
    _ account: String, key: Secret, services: String, resourceTypes: String
  ) -> [QueryItem]? {
    let lines = [
      account, permissions, services, resourceTypes, start ?? "", expiry, ip ?? "", protocols ?? "", version,
      encryptionScope ?? "", "",
    ]
    return signed(base + [("ss", services), ("srt", resourceTypes)], lines, key)
  }

  /// A service SAS on a container, or on a blob in it.
  public func service(
    _ account: String, key: Secret, container: String, blob: String? = nil, policy: String? = nil
  ) -> [QueryItem]? {
    let resource = blob == nil ? "c" : "b"
    let place = "/blob/\(account)/\(container)" + (blob.map { "/" + $0 } ?? "")
    // The last six: time of a snapshot, encryption scope, and five headers of the answer, none of which is set.
    let lines = [
      permissions, start ?? "", expiry, place, policy ?? "", ip ?? "", protocols ?? "", version, resource, "",
      encryptionScope ?? "", "", "", "", "", "",
    ]
    return signed(base + [("sr", resource), ("si", policy)], lines, key)
  }

  /// Nil when the key is no base 64.
  private func signed(_ items: [(String, String?)], _ lines: [String], _ key: Secret) -> [QueryItem]? {
    guard var bytes = key.withBytes({ Base64.decode($0) }) else { return nil }
    defer { wipe(&bytes) }
    let text = lines.joined(separator: "\n")
    let signature = Digest.base64(Digest.hmacSHA256(key: bytes, Array(text.utf8)))
    let set = items.compactMap { name, value in
      value.flatMap { $0.isEmpty ? nil : QueryItem(name, $0) }
    }
    return set + [QueryItem("sig", signature)]
  }
}
