/// Rules on names of roles (IAM API Reference, CreateRole: 1 to 64 characters of `\w+=,.@-`).
enum RoleName {
  static func problem(_ name: String) -> String? {
    if !(1...64).contains(name.utf8.count) { return "names of roles have 1 to 64 characters" }
    return holdsItsCharactersOnly(name) ? nil : "names of roles hold letters, digits and _+=,.@- only"
  }

  /// Those of all names at IAM.
  static func holdsItsCharactersOnly(_ name: String) -> Bool {
    name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f: true
      default: Array("+=,.@-".utf8).contains(byte)
      }
    }
  }
}
