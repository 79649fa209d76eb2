import CooperModel
import CooperProvider
import CooperSchema

/// A role that somebody has on a container.
struct RoleAssignment: Modeled {
  /// Resource group, account and container.
  var container = ""
  var role = ""
  /// Object id.
  var principal = ""

  init() {}

  init(container: String, role: String, principal: String) {
    self.container = container
    self.role = role
    self.principal = principal
  }

  static let schema = ObjectSchema<RoleAssignment>(
    "RoleAssignment", "A role that somebody has on a container.",
    [
      .init(
        required: "container", \.container, shape: .string(TextRule(lengths: 1...200)),
        summary: "Resource group, account and container.", example: "rg-storage/acmereports/daily"),
      .init(
        required: "role", \.role, shape: .string(TextRule(lengths: 1...128)), summary: "Name of the role, or its id.",
        example: "Storage Blob Data Reader"),
      .init(
        required: "principal", \.principal, shape: .string(TextRule(lengths: 1...64)), summary: "Object id.",
        example: "00000000-1111-2222-3333-444444444444"),
    ])
}

/// The role assignments of a grant. Each carries the grant's address, so that others' on the same container are seen by
/// nobody and left alone (Azure REST API, Authorization, Role Assignments).
enum AzureAssignments: Facet {
  typealias Model = [RoleAssignment]

  static let schema = FacetSchema(
    name: "assignments", shape: .set(RoleAssignment.shape, identity: ["container", "role", "principal"]),
    summary: "Roles on containers, as the grant's settings say them.", cleared: .list([]))

  static let version = "2022-04-01"

  static func mark(_ target: Target) -> String { "cooper \(target.address)" }

  static func scope(_ place: ContainerPlace, _ site: Site) -> [String] {
    [
      "subscriptions", site.account ?? "", "resourceGroups", place.group, "providers", ArmCall.provider,
      "storageAccounts",
      place.account, "blobServices", "default", "containers", place.container,
    ]
  }

  private static func call(
    _ method: HTTPMethod, _ place: ContainerPlace, _ site: Site, name: String?, body: Value? = nil, _ action: String
  ) -> Call {
    let scope = scope(place, site)
    var query = [QueryItem("api-version", version)]
    if name == nil { query.append(QueryItem("$filter", "atScope()")) }
    return Call(
      method, service: "arm",
      path: scope + ["providers", "Microsoft.Authorization", "roleAssignments"] + (name.map { [$0] } ?? []),
      query: query, body: body.map { ValueJSON.encode($0, pretty: false) } ?? [],
      permissions: [
        Permission("Microsoft.Authorization/roleAssignments/\(action)", on: "/" + scope.joined(separator: "/"))
      ])
  }

  static func list(_ place: ContainerPlace, _ site: Site) -> Call { call(.get, place, site, name: nil, "read") }

  /// The grant's own among those that a list tells.
  static func own(_ elements: [Value], _ place: ContainerPlace, _ target: Target) -> [RoleAssignment] {
    let scope = "/" + scope(place, target.site).joined(separator: "/")
    return elements.compactMap { element in
      let properties = element["properties"]
      guard properties?["description"]?.string == mark(target),
        properties?["scope"]?.string?.lowercased() == scope.lowercased(),
        let principal = properties?["principalId"]?.string?.lowercased(),
        let role = properties?["roleDefinitionId"]?.string?.split(separator: "/").last
      else { return nil }
      return RoleAssignment(
        container: place.text, role: AzureRole.text(of: role.lowercased()), principal: principal)
    }
  }

  static func read(_ target: Target) -> any Procedure<Observed<Model>> {
    guard target.site.reachesSettings else { return Immediate(.unsupported(AzureAccountSupport.keyReachesData)) }
    return Then(ReadAssignments(target)) { found in Immediate(found.isEmpty ? .absent : .present(found)) }
  }

  static func canonical(_ model: Model, on site: Site) -> Model {
    let known = model.map { one in
      RoleAssignment(
        container: one.container, role: AzureRole.id(of: one.role).map(AzureRole.text) ?? one.role,
        principal: one.principal.lowercased())
    }
    return Set(known.map(Key.init)).sorted { $0.text < $1.text }.map(\.assignment)
  }

  private struct Key: Hashable {
    var container: String
    var role: String
    var principal: String

    init(_ one: RoleAssignment) { (container, role, principal) = (one.container, one.role, one.principal) }
    var text: String { [container, role, principal].joined(separator: "\n") }
    var assignment: RoleAssignment { RoleAssignment(container: container, role: role, principal: principal) }
  }

  static func write(_ change: FacetChange<Model>, on target: Target) throws(CallFailure) -> Effect {
    let (before, after) = (change.before ?? [], change.after ?? [])
    // New ones first: nobody is without rights in between.
    let calls =
      after.filter { !before.contains($0) }.compactMap { put($0, target) }
      + before.filter { !after.contains($0) }.compactMap { delete($0, target) }
    return Effect(rank: AzureRank.other, .procedure(CallsInTurn(calls)))
  }

  /// A name of its own for each assignment, always the same.
  private static func name(_ one: RoleAssignment, _ target: Target) -> String {
    let text = [mark(target), one.container, one.role, one.principal].joined(separator: "\n")
    let digits = Array(Digest.sha256Hex(Array(text.utf8)).prefix(32))
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return parts.map { String(digits[$0]) }.joined(separator: "-")
  }

  private static func put(_ one: RoleAssignment, _ target: Target) -> Call? {
    guard let place = ContainerPlace(one.container), let role = AzureRole.id(of: one.role) else { return nil }
    let definition =
      "/subscriptions/\(target.site.account ?? "")/providers/Microsoft.Authorization/roleDefinitions/\(role)"
    return call(
      .put, place, target.site, name: name(one, target),
      body: [
        "properties": [
          "roleDefinitionId": .string(definition), "principalId": .string(one.principal),
          "description": .string(mark(target)),
        ]
      ], "write")
  }

  static func delete(_ one: RoleAssignment, _ target: Target) -> Call? {
    ContainerPlace(one.container).map { call(.delete, $0, target.site, name: name(one, target), "delete") }
  }

  static func risks(_ change: FacetChange<Model>, on target: Target) -> [Risk] {
    let before = change.before ?? []
    return (change.after ?? []).filter { !before.contains($0) }.map {
      Risk(.widensAccess, "\($0.principal) becomes \($0.role) on \($0.container)")
    }
  }
}

/// Reads the grant's assignments on each of its containers.
struct ReadAssignments: Procedure {
  private let target: Target
  private let places: [ContainerPlace]
  private var found: [RoleAssignment] = []
  private var index = 0
  private var pages: ArmPages?

  init(_ target: Target) {
    self.target = target
    places = ContainerPlace.all(target.settings)
  }

  mutating func next(_ reply: Reply?) -> Step<[RoleAssignment]> {
    guard index < places.count else { return .done(found) }
    let place = places[index]
    var running = pages ?? ArmPages(AzureAssignments.list(place, target.site), on: target.site)
    let step = running.next(reply)
    pages = running
    switch step {
    case .call(let call): return .call(call)
    case .wait(let duration): return .wait(duration)
    // Without the container there is no role on it.
    case .failed(let failure) where failure.kind == .notFound: break
    case .failed(let failure): return .failed(failure)
    case .done(let page): found += AzureAssignments.own(page.elements, place, target)
    }
    index += 1
    pages = nil
    return next(nil)
  }
}

/// Calls one after the other, each of which must succeed; what is gone already is deleted.
struct CallsInTurn: Procedure {
  private let calls: [Call]
  private var index = 0

  init(_ calls: [Call]) { self.calls = calls }

  var plannedCalls: [Call] { calls }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    guard index < calls.count else { return .done(()) }
    let call = calls[index]
    guard let reply else { return .call(call) }
    do throws(CallFailure) {
      if reply.status != 404 || call.method != .delete { _ = try reply.succeeded(call) }
    } catch {
      return .failed(error)
    }
    index += 1
    return next(nil)
  }
}

/// A grant as a kind: nothing but its assignments.
enum RoleGrant {
  static let kind = Kind(
    schema: Grant.schema, granularity: .facet, facets: [AnyFacet(AzureAssignments.self)],
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
