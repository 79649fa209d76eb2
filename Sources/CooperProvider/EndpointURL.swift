/// An endpoint as given in the YAML: scheme, host, port and sometimes a path.
public struct EndpointURL: Sendable, Hashable {
  /// `https` or `http`.
  public var scheme: String
  /// Host, in lower case, with the port unless it is the default of the scheme; what the `Host` header says.
  public var authority: String
  /// Segments, as written.
  public var path: [String]

  /// True for https.
  public var isEncrypted: Bool { scheme == "https" }
  /// As it is compared and shown.
  public var text: String { scheme + "://" + authority + path.map { "/" + $0 }.joined() }

  /// The host without its port.
  public var host: String {
    // Bytes: it is asked for with every address of every call.
    if authority.utf8.first == UInt8(ascii: "[") {
      return String(Substring(authority.utf8.prefix { $0 != UInt8(ascii: "]") })) + "]"
    }
    return String(Substring(authority.utf8.prefix { $0 != UInt8(ascii: ":") }))
  }

  /// True for IPv4 and IPv6 addresses and for `localhost`, which can't carry a bucket in front.
  public var takesNoSubdomain: Bool {
    // Asked with every address of every call, so no text is made.
    var isNumeric = true
    for byte in authority.utf8 {
      if byte == UInt8(ascii: "[") { return true }
      if byte == UInt8(ascii: ":") { break }
      guard byte == UInt8(ascii: ".") || (0x30...0x39).contains(byte) else {
        isNumeric = false
        break
      }
    }
    return isNumeric || authority == "localhost" || authority.hasPrefix("localhost:")
  }

  /// Of parts that are known to be good.
  public init(scheme: String, authority: String, path: [String] = []) {
    self.scheme = scheme
    self.authority = authority
    self.path = path
  }

  /// What is wrong with the text of an endpoint, in words.
  public struct Problem: Error {
    /// For messages.
    public var words: String
  }

  /// Reads `https://host[:port][/path]`; user names, queries and fragments have no place in it.
  public init(_ text: String) throws(Problem) {
    guard let mark = text.range(of: "://") else {
      throw Problem(words: "an endpoint begins with https://, for example https://minio.internal:9000")
    }
    scheme = text[..<mark.lowerBound].lowercased()
    guard scheme == "https" || scheme == "http" else {
      throw Problem(words: "an endpoint begins with https:// (or http:// with insecure: allow)")
    }
    let rest = text[mark.upperBound...]
    guard !rest.contains(where: { "?#@ \\".contains($0) }), rest.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else {
      throw Problem(words: "an endpoint is a host with a port and perhaps a path, nothing else")
    }
    let host = rest.prefix { $0 != "/" }.lowercased()
    path = rest.dropFirst(host.utf8.count).split(separator: "/").map(String.init)
    authority = try Self.authority(host, scheme: scheme)
  }

  private static func authority(_ text: String, scheme: String) throws(Problem) -> String {
    let nameEnd = text.hasPrefix("[") ? text.firstIndex(of: "]").map(text.index(after:)) : text.firstIndex(of: ":")
    let name = text[..<(nameEnd ?? text.endIndex)]
    let tail = nameEnd.map { text[$0...] } ?? ""
    guard !name.isEmpty, !name.contains("%"), !text.hasPrefix("[") || name.hasSuffix("]") else {
      throw Problem(words: "the endpoint names no host")
    }
    if tail.isEmpty { return String(name) }
    guard tail.first == ":", let port = Int(tail.dropFirst()), (1...65_535).contains(port) else {
      throw Problem(words: "the endpoint's port is a number from 1 to 65535")
    }
    return port == (scheme == "https" ? 443 : 80) ? String(name) : "\(name):\(port)"
  }
}

extension String {
  /// FoundationEssentials has no search for a text in a text.
  fileprivate func range(of mark: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(mark) { return start..<index(start, offsetBy: mark.count) }
      start = index(after: start)
    }
    return nil
  }
}
