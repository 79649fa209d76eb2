internal import CooperModel
internal import CooperSchema

/// Built-in roles for blobs (Azure documentation, "Azure built-in roles for Storage").
enum AzureRole {
  private static let ids = [
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  ]

  static var names: [String] { ids.keys.sorted() }

  static func name(of level: Grant.Level) -> String {
    switch level {
    case .readOnly: "Storage Blob Data Reader"
    case .readWrite, .backup, .replicate: "Storage Blob Data Contributor"
    case .admin: "Storage Blob Data Owner"
    }
  }

  /// Whether it writes; nil where it can do more than read, write, add, move and delete.
  static func writes(_ role: String) -> Bool? {
    switch id(of: role).map(text) {
    case "Storage Blob Data Reader": false
    case "Storage Blob Data Contributor": true
    default: nil
    }
  }

  /// Of a name, or of an id as it is.
  static func id(of role: String) -> String? {
    if let id = ids[role] { return id }
    let parts = role.split(separator: "-", omittingEmptySubsequences: false)
    let isID = parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    return isID ? role.lowercased() : nil
  }

  /// The name of a known one, else the id.
  static func text(of id: String) -> String { ids.first { $0.value == id }?.key ?? id }
}

/// Where a role of a grant is given.
struct AssignmentPlace: Sendable, Hashable {
  var group: String
  var account: String
  /// Nil for the whole account.
  var container: String?

  var text: String { ([group, account] + [container].compactMap { $0 }).joined(separator: "/") }

  init(group: String, account: String, container: String?) {
    self.group = group
    self.account = account
    self.container = container
  }

  init?(_ text: String) {
    let parts = text.split(separator: "/").map(String.init)
    guard parts.count == 2 || parts.count == 3 else { return nil }
    self.init(group: parts[0], account: parts[1], container: parts.count == 3 ? parts[2] : nil)
  }

  /// The places of a grant's settings, each once and in their order.
  static func all(_ settings: ValueMap) -> [AssignmentPlace] {
    func texts(_ name: String) -> [String] {
      settings[name]?.list?.compactMap(\.string) ?? settings[name]?.string.map { [$0] } ?? []
    }
    let (names, accounts) = (texts(AzureGrantSupport.names), texts(AzureGrantSupport.accounts))
    let groups = texts(AzureGrantSupport.groups)
    guard names.count == accounts.count, names.count == groups.count else { return [] }
    let isWhole = AzureGrantSupport.reachesAccounts(settings)
    var found: [AssignmentPlace] = []
    for index in names.indices {
      let place = AssignmentPlace(
        group: groups[index], account: accounts[index], container: isWhole ? nil : names[index])
      if !found.contains(place) { found.append(place) }
    }
    return found
  }

  /// The accounts of a grant's settings, each once.
  static func accounts(_ settings: ValueMap) -> [AssignmentPlace] {
    var found: [AssignmentPlace] = []
    for place in all(settings) {
      let account = AssignmentPlace(group: place.group, account: place.account, container: nil)
      if !found.contains(account) { found.append(account) }
    }
    return found
  }
}
