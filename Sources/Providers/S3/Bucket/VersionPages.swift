import CooperModel
import CooperProvider

/// One version of an object, or a delete marker.
struct ObjectVersion: Sendable, Hashable {
  var key: String
  /// Nil from stores that list objects without versions.
  var versionID: String?
  /// Bytes; zero for a delete marker.
  var size: Int64
}

/// Pages through all versions of all objects, or through objects where the store has no versions.
struct VersionPages: ObjectPages {
  /// Entries of a page and of a batch of deletions (S3 API Reference, ListObjectVersions and DeleteObjects).
  static let pageSize = 1000

  private let target: Target
  private var hasVersions = true
  private var position: [QueryItem] = []
  private(set) var isAtEnd = false

  init(_ target: Target) { self.target = target }

  static func size(of element: ObjectVersion) -> Int64 { element.size }

  /// Starts again from the first page, with what was learnt about the store.
  mutating func restart() {
    position = []
    isAtEnd = false
  }

  /// Keys come percent-encoded, because XML can't hold all the characters a key can.
  var call: Call {
    let list = hasVersions ? QueryItem("versions") : QueryItem("list-type", "2")
    let query =
      [list, QueryItem("encoding-type", "url"), QueryItem("max-keys", String(Self.pageSize))] + position
    return .bucket(.get, target, query: query, needs: hasVersions ? "s3:ListBucketVersions" : "s3:ListBucket")
  }

  /// The entries of a page; nil when the store has no versions and the next call asks for objects instead.
  mutating func read(_ reply: Reply) throws(CallFailure) -> [ObjectVersion]? {
    let call = call
    do throws(CallFailure) {
      let root = try S3XML.document(
        reply, root: hasVersions ? "ListVersionsResult" : "ListBucketResult", to: call,
        wrongRoot: hasVersions ? .unsupported : .protocolBroken)
      guard let root else {
        isAtEnd = true
        return []
      }
      return try page(root, FieldReader(call: call))
    } catch {
      guard hasVersions, error.kind == .unsupported else { throw error }
      hasVersions = false
      restart()
      return nil
    }
  }

  private mutating func page(_ root: XMLElement, _ fields: FieldReader) throws(CallFailure) -> [ObjectVersion] {
    let isEncoded = root.text("EncodingType") == "url"
    func decoded(_ text: String) -> String { isEncoded ? PercentEncoding.decoded(text) : text }
    var found: [ObjectVersion] = []
    for element in root.children {
      let isMarker = element.isNamed("DeleteMarker")
      guard isMarker || element.isNamed("Version") || element.isNamed("Contents"), let key = element.text("Key")
      else { continue }
      found.append(
        ObjectVersion(
          key: decoded(key), versionID: element.text("VersionId"),
          size: isMarker ? 0 : try fields.integer(element, "Size") ?? 0))
    }
    let isTruncated = try fields.flag(root, "IsTruncated") ?? false
    let before = position
    position = hasVersions ? markers(root, decoded, found) : token(root)
    // A page that claims more and doesn't say where would be read for ever.
    isAtEnd = !isTruncated || position.isEmpty || position == before
    return found
  }

  /// Ceph 16 encodes keys and leaves the marker as it is, so what it is shows by the keys of the page.
  private func markers(
    _ root: XMLElement, _ decoded: (String) -> String, _ page: [ObjectVersion]
  ) -> [QueryItem] {
    guard let marker = root.text("NextKeyMarker"), !marker.isEmpty else { return [] }
    let key = page.contains { $0.key == marker } ? marker : decoded(marker)
    var items = [QueryItem("key-marker", key)]
    if let version = root.text("NextVersionIdMarker"), !version.isEmpty {
      items.append(QueryItem("version-id-marker", version))
    }
    return items
  }

  private func token(_ root: XMLElement) -> [QueryItem] {
    guard let token = root.text("NextContinuationToken"), !token.isEmpty else { return [] }
    return [QueryItem("continuation-token", token)]
  }
}

/// The encoding of keys in listings, as HTML forms have it.
enum PercentEncoding {
  /// `%XX` and `+`; anything else is left as it is.
  static func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(0x20)
      case UInt8(ascii: "%"):
        let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        if digits.count == 2 {
          bytes.append(UInt8(digits[0] << 4 | digits[1]))
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
