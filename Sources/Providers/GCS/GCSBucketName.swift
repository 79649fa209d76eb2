/// Rules on names of buckets (Cloud Storage documentation, "Bucket names").
enum GCSBucketName {
  /// What is wrong with a name; nil if nothing is.
  static func problem(_ name: String) -> String? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let length = name.utf8.count
    if length < 3 { return "bucket names have at least 3 characters, this one has \(length)" }
    if parts.count == 1, length > 63 {
      return "bucket names without dots have at most 63 characters, this one has \(length)"
    }
    if length > 222 { return "bucket names have at most 222 characters, this one has \(length)" }
    if let long = parts.first(where: { $0.utf8.count > 63 }) {
      return "each part between dots has at most 63 characters, \"\(long.prefix(12))…\" has \(long.utf8.count)"
    }
    if let wrong = name.unicodeScalars.first(where: { !isAllowed($0) }) {
      return wrong.properties.isUppercase
        ? "bucket names are in lower case"
        : "bucket names hold lower-case letters, digits, hyphens, underscores and dots only"
    }
    if let first = name.unicodeScalars.first, let last = name.unicodeScalars.last, !isWord(first) || !isWord(last) {
      return "bucket names begin and end with a letter or a digit"
    }
    if parts.contains("") { return "bucket names have no two dots in a row" }
    if parts.count == 4, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) {
      return "bucket names can't look like an IP address"
    }
    if name.hasPrefix("goog") { return "bucket names can't begin with goog" }
    for word in ["google", "g00gle", "g0ogle", "go0gle"] where name.contains(word) {
      return "bucket names can't contain google, or what looks like it"
    }
    return nil
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    isWord(scalar) || scalar == "." || scalar == "-" || scalar == "_"
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
  }
}
