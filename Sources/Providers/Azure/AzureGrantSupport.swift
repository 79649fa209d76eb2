internal import CooperModel
internal import CooperSchema

/// Role assignments on containers (FB-33): what a grant's settings say, as the facet that is compared and written.
enum AzureGrantSupport {
  static let support = KindSupport(
    facets: [:], settings: Set(Grant.schema.settings.map(\.name)).subtracting(["through"]),
    carries: [
      "bucket": ["bucketName", "account.storageAccountName", "account.resourceGroup"], "to.identity": ["objectId"],
    ],
    derived: { derive($0) })

  static let accounts = "bucket.account.storageAccountName"
  static let groups = "bucket.account.resourceGroup"
  static let names = "bucket.bucketName"

  private static func derive(_ settings: ValueMap) -> DerivedFacets {
    var problems: [FacetProblem] = []
    if let prefix = settings["prefix"]?.string {
      problems.append(
        FacetProblem(
          path: ["prefix"], code: "AZU0120",
          message: "a role on Azure reaches a whole container, not what begins with \(prefix)",
          fix: "take prefix out, or give the data a container of its own"))
    }
    let roles = roles(settings["allow"] ?? .null, &problems)
    var principals: [String] = []
    for entry in settings["to"]?.list ?? [] {
      let named = entry["identity"]?.string.flatMap { settings["to.identity.objectId"]?[$0]?.string }
      if let id = entry["azure"]?.string ?? named {
        principals.append(id.lowercased())
      } else {
        problems.append(
          FacetProblem(
            path: ["to"], code: "AZU0121",
            message: "roles on Azure are given to object ids, and \(entry.map?.first?.key ?? "this") is none",
            fix: "to: [{ azure: 00000000-1111-2222-3333-444444444444 }]"))
      }
    }
    guard problems.isEmpty else { return DerivedFacets(problems: problems) }
    let assignments = ContainerPlace.all(settings).flatMap { place in
      roles.flatMap { role in
        principals.map { principal -> Value in
          ["container": .string(place.text), "role": .string(role), "principal": .string(principal)]
        }
      }
    }
    return DerivedFacets(values: [AzureAssignments.schema.name: .list(assignments)])
  }

  /// A word is a role of the service; statements of one's own name roles themselves.
  private static func roles(_ allow: Value, _ problems: inout [FacetProblem]) -> [String] {
    if let word = allow.string, let level = Grant.Level(rawValue: word) { return [AzureRole.name(of: level)] }
    var found: Set<String> = []
    for (index, statement) in (allow.list ?? []).enumerated() {
      if statement["conditions"].map({ $0 != .null }) ?? false {
        problems.append(
          FacetProblem(
            path: ["allow", String(index)], code: "AZU0122",
            message: "conditions of role assignments are not written yet",
            fix: "take conditions out"))
      }
      for action in statement["actions"]?.list?.compactMap(\.string) ?? [] {
        if AzureRole.id(of: action) == nil {
          problems.append(
            FacetProblem(
              path: ["allow", String(index)], code: "AZU0122",
              message:
                "\(action) is no role for blobs; there are \(AzureRole.names.joined(separator: ", ")), and the ids of others",
              fix: AzureRole.names.first))
        }
        found.insert(action)
      }
    }
    return found.sorted()
  }
}

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

/// Where a container of a grant stands.
struct ContainerPlace: Sendable, Hashable {
  var group: String
  var account: String
  var container: String

  var text: String { "\(group)/\(account)/\(container)" }

  init(group: String, account: String, container: String) {
    self.group = group
    self.account = account
    self.container = container
  }

  init?(_ text: String) {
    let parts = text.split(separator: "/").map(String.init)
    guard parts.count == 3 else { return nil }
    self.init(group: parts[0], account: parts[1], container: parts[2])
  }

  /// The containers of a grant's settings, in their order.
  static func all(_ settings: ValueMap) -> [ContainerPlace] {
    func texts(_ name: String) -> [String] {
      settings[name]?.list?.compactMap(\.string) ?? settings[name]?.string.map { [$0] } ?? []
    }
    let (names, accounts) = (texts(AzureGrantSupport.names), texts(AzureGrantSupport.accounts))
    let groups = texts(AzureGrantSupport.groups)
    guard names.count == accounts.count, names.count == groups.count else { return [] }
    return names.indices.map { ContainerPlace(group: groups[$0], account: accounts[$0], container: names[$0]) }
  }
}
