import CooperModel
import CooperProvider
import CooperSchema

/// A role that somebody has on a container or an account.
struct RoleAssignment: Modeled {
  /// Resource group, account, and container unless it is on the whole account.
  var place = ""
  var role = ""
  /// Object id.
  var principal = ""
  /// Under which it holds, in the service's own language.
  var condition: String?

  init() {}

  init(place: String, role: String, principal: String, condition: String?) {
    self.place = place
    self.role = role
    self.principal = principal
    self.condition = condition
  }

  /// The service takes one assignment of a role to somebody at a place.
  var key: [String] { [place, role, principal] }

  static let schema = ObjectSchema<RoleAssignment>(
    "RoleAssignment", "A role that somebody has on a container or an account.",
    [
      .init(
        required: "place", \.place, shape: .string(TextRule(lengths: 1...200)),
        summary: "Resource group, account, and container unless it is on the whole account.",
        example: "rg-storage/acmereports/daily"),
      .init(
        required: "role", \.role, shape: .string(TextRule(lengths: 1...128)), summary: "Name of the role, or its id.",
        example: "Storage Blob Data Reader"),
      .init(
        required: "principal", \.principal, shape: .string(TextRule(lengths: 1...64)), summary: "Object id.",
        example: "00000000-1111-2222-3333-444444444444"),
      .init(
        "condition", \.condition, shape: .string(TextRule(lengths: 1...8192)), summary: "Under which it holds."),
    ])
}

/// The role assignments of a grant. Each carries the grant's address, so that others' on the same container are seen by
/// nobody and left alone (Azure REST API, Authorization, Role Assignments).
enum AzureAssignments: Facet {
  typealias Model = [RoleAssignment]

  static let schema = FacetSchema(
    name: "assignments", shape: .set(RoleAssignment.shape, identity: ["place", "role", "principal"]),
    summary: "Roles on containers and accounts, as the grant's settings say them.", cleared: .list([]))

  static let version = "2022-04-01"

  static func mark(_ target: Target) -> String { "cooper \(target.address)" }

  static func scope(_ place: AssignmentPlace, _ site: Site) -> [String] {
    [
      "subscriptions", site.account ?? "", "resourceGroups", place.group, "providers", ArmCall.provider,
      "storageAccounts", place.account,
    ] + (place.container.map { ["blobServices", "default", "containers", $0] } ?? [])
  }

  private static func call(
    _ method: HTTPMethod, _ place: AssignmentPlace, _ site: Site, name: String?, body: Value? = nil, _ action: String
  ) -> Call {
    let scope = scope(place, site)
    let query = [QueryItem("api-version", version)]
    return Call(
      method, service: "arm",
      path: scope + ["providers", "Microsoft.Authorization", "roleAssignments"] + (name.map { [$0] } ?? []),
      query: query, body: body.map { ValueJSON.encode($0, pretty: false) } ?? [],
      permissions: [
        Permission("Microsoft.Authorization/roleAssignments/\(action)", on: "/" + scope.joined(separator: "/"))
      ])
  }

  /// Without a filter: all at the account, above and below it (Role Assignments, List For Scope).
  static func list(_ place: AssignmentPlace, _ site: Site) -> Call { call(.get, place, site, name: nil, "read") }

  /// The grant's own among those that a list of an account tells, on whatever part of it: what the grant no longer names
  /// is found too, and goes.
  static func own(_ elements: [Value], _ account: AssignmentPlace, _ target: Target) -> [RoleAssignment] {
    let scope = "/" + scope(account, target.site).joined(separator: "/")
    let containers = scope + "/blobServices/default/containers/"
    return elements.compactMap { element in
      let properties = element["properties"]
      guard properties?["description"]?.string == mark(target), let place = properties?["scope"]?.string,
        let principal = properties?["principalId"]?.string?.lowercased(),
        let role = properties?["roleDefinitionId"]?.string?.split(separator: "/").last
      else { return nil }
      var found = account
      if place.lowercased().hasPrefix(containers.lowercased()) {
        found.container = String(place.dropFirst(containers.count))
      } else if place.lowercased() != scope.lowercased() {
        return nil
      }
      return RoleAssignment(
        place: found.text, role: AzureRole.text(of: role.lowercased()), principal: principal,
        condition: properties?["condition"]?.string)
    }
  }

  static func read(_ target: Target) -> any Procedure<Observed<Model>> {
    guard target.site.reachesSettings else { return Immediate(.unsupported(AzureAccountSupport.keyReachesData)) }
    return ObserveAssignments(reading: ReadAssignments(target))
  }

  static func canonical(_ model: Model, on site: Site) -> Model {
    let known = model.map { one in
      RoleAssignment(
        place: one.place, role: AzureRole.id(of: one.role).map(AzureRole.text) ?? one.role,
        principal: one.principal.lowercased(), condition: one.condition.flatMap { $0.isEmpty ? nil : $0 })
    }
    return Dictionary(known.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first }).values.sorted {
      $0.key.lexicographicallyPrecedes($1.key)
    }
  }

  static func write(_ change: FacetChange<Model>, on target: Target) throws(CallFailure) -> Effect {
    let (before, after) = (change.before ?? [], change.after ?? [])
    let kept = Set(after.map(\.key))
    // New ones first: nobody is without rights in between. Another condition is a write over the same assignment.
    let calls =
      after.filter { !before.contains($0) }.compactMap { put($0, target) }
      + before.filter { !kept.contains($0.key) }.compactMap { delete($0, target) }
    return Effect(rank: AzureRank.other, .procedure(LookThenCalls(ReadAssignments(target), CallsInTurn(calls))))
  }

  /// A name of its own for each assignment, always the same.
  private static func name(_ one: RoleAssignment, _ target: Target) -> String {
    let text = ([mark(target)] + one.key).joined(separator: "\n")
    let digits = Array(Digest.sha256Hex(Array(text.utf8)).prefix(32))
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return parts.map { String(digits[$0]) }.joined(separator: "-")
  }

  private static func put(_ one: RoleAssignment, _ target: Target) -> Call? {
    guard let place = AssignmentPlace(one.place), let role = AzureRole.id(of: one.role) else { return nil }
    let definition =
      "/subscriptions/\(target.site.account ?? "")/providers/Microsoft.Authorization/roleDefinitions/\(role)"
    var properties: ValueMap = [
      "roleDefinitionId": .string(definition), "principalId": .string(one.principal),
      "description": .string(mark(target)),
    ]
    if let condition = one.condition {
      properties["condition"] = .string(condition)
      properties["conditionVersion"] = .string(AzureCondition.version)
    }
    return call(.put, place, target.site, name: name(one, target), body: ["properties": .map(properties)], "write")
  }

  static func delete(_ one: RoleAssignment, _ target: Target) -> Call? {
    AssignmentPlace(one.place).map { call(.delete, $0, target.site, name: name(one, target), "delete") }
  }

  static func risks(_ change: FacetChange<Model>, on target: Target) -> [Risk] {
    let before = change.before ?? []
    return (change.after ?? []).filter { !before.contains($0) }.map { one in
      let limit = one.condition.map { " where \($0)" } ?? ""
      return Risk(.widensAccess, "\(one.principal) becomes \(one.role) on \(one.place)\(limit)")
    }
  }
}

/// A grant as a kind: nothing but its assignments.
enum RoleGrant {
  static let kind = Kind(
    schema: AzureGrantSupport.schema, granularity: .facet, facets: [AnyFacet(AzureAssignments.self)],
    find: { target in
      guard target.site.reachesSettings else {
        return Immediate(failing: CallFailure(.unsupported, code: "AZU0110", AzureAccountSupport.keyReachesData))
      }
      return Then(ReadAssignments(target)) { Immediate($0.isEmpty ? .absent : .present(region: nil)) }
    },
    create: { _ in Immediate(ValueMap()) },
    delete: { target in
      Then(ReadAssignments(target)) { found in CallsInTurn(found.compactMap { AzureAssignments.delete($0, target) }) }
    },
    contents: { _, _ in Immediate(Contents(objects: 0, bytes: 0)) }, empty: { _ in Immediate(()) },
    list: { _ in Immediate(failing: CallFailure(.unsupported, code: "NoList", "grants are looked at one by one")) })
}
