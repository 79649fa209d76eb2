internal import CooperModel
public import CooperProvider

/// Shared Key of the Blob service as a function of request, account and key.
///
/// Source: Azure Storage REST API, "Authorize with Shared Key", version 2009-09-19 and later.
public struct AzureSharedKey: Sendable {
  public let account: String
  private let key: HMACKey

  /// Nil when the key is no base 64.
  public init?(account: String, key: Secret) {
    guard var bytes = key.withBytes({ Base64.decode($0) }), !bytes.isEmpty else { return nil }
    defer { wipe(&bytes) }
    self.account = account
    self.key = HMACKey(bytes)
  }

  /// The value of `Authorization`; the headers hold all that is sent, with `x-ms-date` and `x-ms-version`.
  ///
  /// `path` is percent-encoded as it stands in the URL; query items are not encoded.
  public func authorization(
    _ method: HTTPMethod, path: String, query: [QueryItem], headers: [Header], contentLength: Int
  ) -> String {
    let text = stringToSign(method, path: path, query: query, headers: headers, contentLength: contentLength)
    return "SharedKey \(account):" + Digest.base64(key.authenticate(Array(text.utf8)))
  }

  /// Headers whose values are signed by place, in this order; an empty body has no length.
  private static let standardHeaders = [
    "content-encoding", "content-language", "content-length", "content-md5", "content-type", "date",
    "if-modified-since",
    "if-match", "if-none-match", "if-unmodified-since", "range",
  ]

  /// The text that is signed, a line for each of its parts.
  public func stringToSign(
    _ method: HTTPMethod, path: String, query: [QueryItem], headers: [Header], contentLength: Int
  ) -> String {
    var values: [String: String] = [:]
    for header in headers { values[header.name.lowercased()] = header.value }
    values["content-length"] = contentLength == 0 ? nil : String(contentLength)
    // The date of the extension header counts, and the plain one must be empty beside it.
    if values["x-ms-date"] != nil { values["date"] = nil }
    var text = method.rawValue + "\n"
    for name in Self.standardHeaders { text += (values[name] ?? "") + "\n" }
    let own = values.keys.filter { $0.hasPrefix("x-ms-") }.sorted(by: AzureHeaderOrder.precedes)
    for name in own { text += name + ":" + (values[name] ?? "") + "\n" }
    return text + resource(path, query)
  }

  private func resource(_ path: String, _ query: [QueryItem]) -> String {
    var items: [String: [String]] = [:]
    for item in query { items[item.name.lowercased(), default: []].append(item.value ?? "") }
    var text = "/" + account + path
    for (name, values) in items.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      text += "\n" + name + ":" + values.sorted().joined(separator: ",")
    }
    return text
  }
}

/// The order of extension headers: the service sorts as people do, where a hyphen counts only between equal names and an
/// underscore comes before digits (azure-storage-blob 12.31, `_storage_header_sort`).
enum AzureHeaderOrder {
  static func precedes(_ a: String, _ b: String) -> Bool {
    let (first, second) = (weights(a), weights(b))
    if first != second { return first.lexicographicallyPrecedes(second) }
    // Of two that differ in hyphens only, the one whose hyphen comes later stands first.
    let (one, two) = (Array(a.utf8), Array(b.utf8))
    guard let place = zip(one, two).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
      return one.count > two.count
    }
    return one[place] != UInt8(ascii: "-")
  }

  private static func weights(_ name: String) -> [UInt8] {
    name.utf8.compactMap { byte in
      switch byte {
      case UInt8(ascii: "-"): nil
      case UInt8(ascii: "_"): 1
      case UInt8(ascii: "0")...UInt8(ascii: "9"): 2 + byte - UInt8(ascii: "0")
      default: byte
      }
    }
  }
}
