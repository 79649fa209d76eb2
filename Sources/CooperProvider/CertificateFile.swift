/// A PEM file with the authorities that a connection trusts.
public enum CertificateFile {
  /// What is wrong with it, in words that name the path.
  public struct Problem: Error {
    public var words: String
  }

  /// What a platform told of its own store is the PEM text itself.
  public static func text(_ path: String, _ environment: ProviderEnvironment) throws(Problem) -> String {
    if path.hasPrefix("-----BEGIN ") { return path }
    let bytes: [UInt8]?
    do {
      bytes = try environment.readFile(path)
    } catch {
      throw Problem(words: "\(path) can't be read (\(error))")
    }
    guard let bytes else { throw Problem(words: "\(path) is not there") }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.split(whereSeparator: \.isNewline).contains(where: { $0.hasPrefix("-----BEGIN ") }) else {
      throw Problem(words: "\(path) holds no certificate in PEM form")
    }
    return text
  }
}
