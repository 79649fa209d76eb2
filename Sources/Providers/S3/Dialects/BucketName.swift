/// Rules on names of buckets (S3 User Guide, "General purpose bucket naming rules").
enum BucketName {
  /// What is wrong with a name everywhere; nil if nothing is.
  static func problem(_ name: String) -> String? {
    let bytes = Array(name.utf8)
    if !(3...63).contains(bytes.count) { return "bucket names have 3 to 63 characters, this one has \(bytes.count)" }
    if let wrong = name.unicodeScalars.first(where: { !isAllowed($0) }) {
      return wrong.properties.isUppercase
        ? "bucket names are in lower case" : "bucket names hold lower-case letters, digits, dots and hyphens only"
    }
    for edge in [bytes[0], bytes[bytes.count - 1]] where edge == 0x2e || edge == 0x2d {
      return "bucket names begin and end with a letter or a digit"
    }
    if zip(bytes, bytes.dropFirst()).contains(where: { $0 == 0x2e && $1 == 0x2e }) {
      return "bucket names have no two dots in a row"
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 4, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) {
      return "bucket names can't look like an IP address"
    }
    return nil
  }

  /// Further names that AWS keeps for itself.
  static func problemOnAWS(_ name: String) -> String? {
    if let problem = problem(name) { return problem }
    for prefix in ["xn--", "sthree-", "amzn-s3-demo-"] where name.hasPrefix(prefix) {
      return "bucket names on AWS can't begin with \(prefix)"
    }
    for suffix in ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"] where name.hasSuffix(suffix) {
      return "bucket names on AWS can't end with \(suffix)"
    }
    return nil
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "0"..."9", ".", "-": true
    default: false
    }
  }
}
