/// Rules on names (Azure documentation, "Naming rules and restrictions for Azure resources"; R-13).
enum AzureNames {
  /// What is wrong with the name of a storage account; nil if nothing is.
  static func accountProblem(_ name: String) -> String? {
    let bytes = Array(name.utf8)
    if !bytes.allSatisfy({ isWord($0) }) { return "names of storage accounts hold lower-case letters and digits only" }
    return (3...24).contains(bytes.count)
      ? nil : "names of storage accounts have 3 to 24 characters, this one has \(bytes.count)"
  }

  /// Containers of Azure itself: the root of the account, static websites.
  private static let special: Set<String> = ["$root", "$web"]

  /// What is wrong with the name of a container; nil if nothing is.
  static func containerProblem(_ name: String) -> String? {
    if special.contains(name) { return nil }
    let bytes = Array(name.utf8)
    if !(3...63).contains(bytes.count) { return "container names have 3 to 63 characters, this one has \(bytes.count)" }
    if !bytes.allSatisfy({ isWord($0) || $0 == 0x2d }) {
      return "container names hold lower-case letters, digits and hyphens only"
    }
    if bytes.first == 0x2d || bytes.last == 0x2d { return "container names begin and end with a letter or a digit" }
    if zip(bytes, bytes.dropFirst()).contains(where: { $0 == 0x2d && $1 == 0x2d }) {
      return "container names have no two hyphens in a row"
    }
    return nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
  }
}
