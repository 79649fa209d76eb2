internal import CooperProvider

/// Resolves references to secrets; the value leaves only inside a `Secret`.
struct SecretReferences: Sendable {
  struct Unresolved: Error, CustomStringConvertible {
    let description: String
  }

  let files: Files
  let home: String?

  /// `env:NAME` or `file:PATH`; a trailing line break of a file is not part of the secret.
  func resolve(_ reference: String) throws -> Secret {
    if reference.hasPrefix("env:") {
      let name = String(reference.dropFirst(4))
      guard let value = Session.variable(name), !value.isEmpty else {
        throw Unresolved(description: "\(reference): the variable \(name) is not set")
      }
      return Secret(value)
    }
    if reference.hasPrefix("file:") {
      let path = Session.expandingHome(String(reference.dropFirst(5)), home)
      guard var bytes = try files.read(path) else {
        throw Unresolved(description: "\(reference): there is no such file")
      }
      while bytes.last == 0x0a || bytes.last == 0x0d { bytes.removeLast() }
      return Secret(bytes)
    }
    throw Unresolved(description: "a reference of this form can't be resolved by this build; use env: or file:")
  }
}
