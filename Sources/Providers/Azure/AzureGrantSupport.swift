internal import CooperModel
internal import CooperSchema

/// Role assignments on containers and accounts (FB-33): what a grant's settings say, as the facet that is compared and written.
enum AzureGrantSupport {
  static let support = KindSupport(
    facets: [:], settings: Set(schema.settings.map(\.name)).subtracting(["through"]),
    carries: [
      "bucket": ["bucketName", "account.storageAccountName", "account.resourceGroup"], "to.identity": ["objectId"],
    ],
    derived: { derive($0) })

  private static let scope = "scope"

  /// What roles of Azure have besides.
  static let schema: KindSchema = {
    var schema = Grant.schema
    schema.settings.append(
      FieldShape(
        scope, .choice(["container", "account"]), presence: .defaulted("container"),
        summary: "On Azure: whether the role is on the bucket's container, or on all of its storage account.",
        example: "account"))
    return schema
  }()

  static let accounts = "bucket.account.storageAccountName"
  static let groups = "bucket.account.resourceGroup"
  static let names = "bucket.bucketName"

  static func reachesAccounts(_ settings: ValueMap) -> Bool { settings[scope]?.string == "account" }

  private static func derive(_ settings: ValueMap) -> DerivedFacets {
    var problems: [FacetProblem] = []
    let roles = roles(settings["allow"] ?? .null, prefix: settings["prefix"]?.string, &problems)
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
    let assignments = AssignmentPlace.all(settings).flatMap { place in
      roles.flatMap { role in
        principals.map { principal -> Value in
          var map: ValueMap = [
            "place": .string(place.text), "role": .string(role.key), "principal": .string(principal),
          ]
          if let condition = role.value { map["condition"] = .string(condition) }
          return .map(map)
        }
      }
    }
    return DerivedFacets(values: [AzureAssignments.schema.name: .list(assignments)])
  }

  /// Roles with their conditions. A word is a role of the service; statements of one's own name roles themselves.
  private static func roles(
    _ allow: Value, prefix: String?, _ problems: inout [FacetProblem]
  ) -> [(key: String, value: String?)] {
    if let word = allow.string, let level = Grant.Level(rawValue: word) {
      let role = AzureRole.name(of: level)
      return [(role, condition(role, prefix, own: nil, at: ["prefix"], &problems))]
    }
    var found: [String: String?] = [:]
    for (index, statement) in (allow.list ?? []).enumerated() {
      let path = ["allow", String(index)]
      let written = statement["conditions"].flatMap { $0 == .null ? nil : $0 }
      if let written, written.string == nil {
        problems.append(
          FacetProblem(
            path: path + ["conditions"], code: "AZU0123", message: "a condition of a role assignment is one text",
            fix: "conditions: \"(@Resource[…] StringEquals '…')\""))
      }
      for action in statement["actions"]?.list?.compactMap(\.string) ?? [] {
        if AzureRole.id(of: action) == nil {
          problems.append(
            FacetProblem(
              path: path, code: "AZU0122",
              message:
                "\(action) is no role for blobs; there are \(AzureRole.names.joined(separator: ", ")), and the ids of others",
              fix: AzureRole.names.first))
        }
        let condition = condition(action, prefix, own: written?.string, at: path, &problems)
        if let earlier = found[action], earlier != condition {
          problems.append(
            FacetProblem(
              path: path, code: "AZU0124",
              message: "\(action) is given twice under different conditions, and Azure takes one assignment of a role",
              fix: "join the conditions by OR, or write a grant for each"))
        }
        found[action] = condition
      }
    }
    return found.sorted { $0.key < $1.key }
  }

  /// Longest condition (Azure documentation, "Azure role assignment condition format and syntax").
  private static let conditionLimit = 8 * 1024

  private static func condition(
    _ role: String, _ prefix: String?, own: String?, at path: [String], _ problems: inout [FacetProblem]
  ) -> String? {
    var parts = own.map { [$0] } ?? []
    if let prefix {
      guard let writes = AzureRole.writes(role) else {
        problems.append(
          FacetProblem(
            path: path, code: "AZU0120",
            message: "\(role) can do more with blobs than a condition on \(prefix) would hold back",
            fix: "allow: readWrite, or take prefix out"))
        return nil
      }
      parts.append(AzureCondition.below(prefix, writes: writes))
    }
    let text = parts.count > 1 ? parts.map { "(\($0))" }.joined(separator: " AND ") : parts.first
    if let text, text.utf8.count > conditionLimit {
      problems.append(
        FacetProblem(
          path: path, code: "AZU0123",
          message: "the condition has \(text.utf8.count) bytes; an assignment takes \(conditionLimit)"))
    }
    return text
  }
}
