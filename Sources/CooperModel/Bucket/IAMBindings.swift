public import CooperSchema

/// One binding of a Google bucket's IAM policy; order among bindings and members has no meaning.
public struct IAMBinding: Modeled {
  /// Principals in all bindings of a bucket (IAM documentation, quotas).
  public static let memberLimit = 1500

  public var role = ""
  public var members: [String] = []
  public var condition: IAMCondition?

  public init() {}

  public static let schema = ObjectSchema<IAMBinding>(
    "IAMBinding", "Who has a role, and under which condition.",
    [
      .init(
        required: "role", \.role,
        shape: .string(TextRule(lengths: 1...256, pattern: "^(roles|projects|organizations)/")), summary: "The role.",
        example: "roles/storage.objectViewer"),
      .init(
        required: "members", \.members,
        shape: .set(
          .string(TextRule(lengths: 1...512, pattern: "^(allUsers|allAuthenticatedUsers|.*:.*)$")), identity: []),
        summary: "Who has it, each with its kind in front.", example: "[\"group:data@acme.example\"]"),
      .init(
        "condition", \.condition, summary: "Only when this holds.",
        example: "{ title: until-2027, expression: 'request.time < timestamp(\"2027-01-01T00:00:00Z\")' }"),
    ])

  public static let facet = FacetSchema(
    name: "iam", shape: .set(shape, identity: []), summary: "Who has which role on the bucket.",
    example: "[{ role: roles/storage.objectViewer, members: [\"group:data@acme.example\"] }]",
    cleared: .list([]), overwriteNeedsConsent: true,
    entries: FacetEntries(
      parted: { value in
        parted((try? [IAMBinding](value: value)) ?? []).map { binding in
          // A binding of one member: its role, its condition and the member are all there is to it.
          ValueMap.Pair(String(decoding: ValueJSON.encode(binding.value, pretty: false), as: UTF8.self), binding.value)
        }
      }, joined: { entries in joined(entries.compactMap { try? IAMBinding(value: $0.value) }).value }),
    problems: problems)

  /// A binding for each member.
  public static func parted(_ bindings: [IAMBinding]) -> [IAMBinding] {
    bindings.flatMap { binding in
      binding.members.map { member in
        var single = binding
        single.members = [member]
        return single
      }
    }
  }

  /// One binding for each role and condition, in an order of its own, with the members of all.
  public static func joined(_ bindings: [IAMBinding]) -> [IAMBinding] {
    struct Key: Hashable {
      var role: String
      var condition: IAMCondition?
    }
    var members: [Key: Set<String>] = [:]
    for binding in bindings where !binding.members.isEmpty {
      members[Key(role: binding.role, condition: binding.condition?.canonical), default: []].formUnion(binding.members)
    }
    return members.map { key, members in
      var binding = IAMBinding()
      binding.role = key.role
      binding.condition = key.condition
      binding.members = members.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      return binding
    }.sorted { $0.sortKey.lexicographicallyPrecedes($1.sortKey) }
  }

  private var sortKey: [String] {
    // None comes before one without words.
    [role, condition == nil ? "" : "condition"]
      + [condition?.title ?? "", condition?.expression ?? "", condition?.description ?? ""]
  }

  @Sendable private static func problems(_ value: Value) -> [FacetProblem] {
    guard let bindings = try? [IAMBinding](value: value) else { return [] }
    var found: [FacetProblem] = []
    for (index, binding) in bindings.enumerated() {
      let path = [String(index)]
      if !["roles/", "projects/", "organizations/"].contains(where: { binding.role.hasPrefix($0) }) {
        found.append(
          FacetProblem(
            path: path + ["role"], code: "IAM0001", message: "\(binding.role) is no name of a role",
            fix: "roles/storage.objectViewer"))
      }
      for (place, member) in binding.members.enumerated()
      where !["allUsers", "allAuthenticatedUsers"].contains(member) && !member.contains(":") {
        found.append(
          FacetProblem(
            path: path + ["members", String(place)], code: "IAM0002",
            message: "\(member) has no kind in front, such as user: or serviceAccount:", fix: "user:\(member)"))
      }
    }
    let count = bindings.reduce(0) { $0 + $1.members.count }
    if count > memberLimit {
      found.append(
        FacetProblem(path: [], code: "IAM0003", message: "\(count) members; a bucket holds at most \(memberLimit)"))
    }
    return found
  }
}

/// A condition of an IAM binding, in the Common Expression Language.
public struct IAMCondition: Modeled {
  public var title = ""
  public var description: String?
  public var expression = ""

  public init() {}

  /// The service gives no description back where it is empty.
  public var canonical: IAMCondition {
    var condition = self
    if condition.description?.isEmpty == true { condition.description = nil }
    return condition
  }

  public static let schema = ObjectSchema<IAMCondition>(
    "IAMCondition", "A condition of a binding.",
    [
      .init(
        required: "title", \.title, shape: .string(TextRule(lengths: 1...100)), summary: "Its name.",
        example: "until-2027"),
      .init(
        "description", \.description, shape: .string(TextRule(lengths: 0...256)), summary: "What it is for.",
        example: "Contract ends"),
      .init(
        required: "expression", \.expression, shape: .string(TextRule(lengths: 1...12_000)),
        summary: "What must hold.", example: "'request.time < timestamp(\"2027-01-01T00:00:00Z\")'"),
    ])
}
