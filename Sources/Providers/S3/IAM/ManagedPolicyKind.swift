import CooperModel
import CooperProvider
import CooperSchema

/// Customer managed policies (CreatePolicy): found, made, removed.
enum ManagedPolicyKind {
  static let kind: Kind = {
    var kind = Kind(
      schema: ManagedPolicy.schema, granularity: .facet,
      facets: [
        AnyFacet(ManagedPolicyDocument.self), AnyFacet(ManagedPolicyTags.self), AnyFacet(ManagedPolicyPath.self),
        AnyFacet(ManagedPolicyDescription.self),
      ], find: { find($0) }, create: { create($0) }, delete: { delete($0) },
      contents: { _, _ in Immediate(Contents(objects: 0, bytes: 0)) }, empty: { _ in Immediate(()) },
      // An account can have thousands: a look at each declared one costs less.
      list: { _ in Immediate([]) }, outputs: { target in ManagedPolicyEntity.read(target) { $0.outputs } })
    kind.revision = { ManagedPolicyVersion.revision($0) }
    kind.holds = { target in
      Then(attached(target)) { entities in Immediate(entities.map { $0.hold(on: target) }) }
    }
    kind.refine = { (composition) throws(CallFailure) in
      // Both are given while it is made and never again.
      var facets: [String: Value] = [:]
      facets["path"] = composition.target.settings["path"]
      facets["description"] = composition.description.map { .string($0) }
      return facets
    }
    return kind
  }()

  private static func find(_ target: Target) -> any Procedure<Found> {
    guard target.policyArn != nil else { return Immediate(failing: unplaced(target)) }
    let call = ManagedPolicyEntity.call(target)
    let looking = SingleCall<Found>(call) { (reply) throws(CallFailure) in
      do throws(CallFailure) {
        _ = try ManagedPolicyEntity(reply, to: call)
        return .present(region: nil)
      } catch {
        guard error.kind == .notFound, error.code == "NoSuchEntity" else { throw error }
        return .absent
      }
    }
    return Then(looking) { found -> any Procedure<Found> in
      // A name is taken at every path, and only a list says at which.
      found == .absent && target.outputs["arn"] == nil ? Elsewhere(target) : Immediate(found)
    }
  }

  /// Whether the name stands at another path; whoever may not list learns it when it is made.
  private struct Elsewhere: Procedure {
    let target: Target
    private var listing: IAMPages<ManagedPolicyEntity>

    init(_ target: Target) {
      self.target = target
      listing = IAMPages("ListPolicies", [QueryItem("Scope", "Local")], on: "*") { result throws(CallFailure) in
        var found: [ManagedPolicyEntity] = []
        for member in result.child("Policies")?.children("member") ?? [] where member.text("PolicyName") == target.name
        {
          if let entity = ManagedPolicyEntity(of: member) { found.append(entity) }
        }
        return found
      }
    }

    mutating func next(_ reply: Reply?) -> Step<Found> {
      switch listing.next(reply) {
      case .call(let call): return .call(call)
      case .wait(let duration): return .wait(duration)
      case .failed(let failure):
        return failure.kind == .denied ? .done(.absent) : .failed(failure)
      case .done(let found):
        guard let other = found.first else { return .done(.absent) }
        return .failed(
          CallFailure(
            .conflict, code: "AWS0019",
            "policy \(target.name) is there at path \(other.path), and the YAML says \(target.settings["path"]?.string ?? "/"); "
              + "IAM moves nothing to another path, and keeps one policy of a name: write  path: \(other.path)  or name another"
          ))
      }
    }
  }

  private static func unplaced(_ target: Target) -> CallFailure {
    CallFailure(
      .invalid, code: "AWS0015",
      "\(target.address) is found by its ARN, which needs the account: write  account:  at connection "
        + target.site.connection)
  }

  private static func create(_ target: Target) -> any Procedure<ValueMap> {
    guard let document = target.desired[ManagedPolicy.document.name] else {
      return Immediate(
        failing: CallFailure(
          .invalid, code: "MissingDocument", "a policy is made with its document, and the plan holds none")
      )
    }
    var parameters = [
      QueryItem("PolicyName", target.name), QueryItem("PolicyDocument", IAMPolicyText.text(document)),
    ]
    for (field, name) in [("path", "Path"), ("description", "Description")] {
      if let text = target.desired[field]?.string { parameters.append(QueryItem(name, text)) }
    }
    let tags = target.desired["tags"]?.map ?? ValueMap()
    parameters += IAMTagging.parameters(tags.map { ($0.key, $0.value.string ?? "") })
    let call = IAMCall.change(
      "CreatePolicy", parameters, on: target.policyResource, also: tags.isEmpty ? [] : ["TagPolicy"], idempotent: false)
    return SingleCall<ValueMap>(call) { (reply) throws(CallFailure) in
      try ManagedPolicyEntity(in: try IAMCall.result(reply, "CreatePolicy", to: call), to: call).outputs
    }
  }

  /// Who attaches a policy, or is held within it.
  private struct Attached: Sendable {
    var word: String
    var name: String

    func hold(on target: Target) -> Hold {
      let scopes = ["role": "role", "user": "accessKey"]
      return Hold(
        "\(word) \(name) has it attached, or as its boundary", fix: "detach it there",
        holder: scopes[word].map {
          Hold.Holder(section: Identity.section, name: name, scope: $0, mention: target.policyResource)
        })
    }
  }

  private static func attached(_ target: Target) -> IAMPages<Attached> {
    IAMPages<Attached>("ListEntitiesForPolicy", [target.policyItem], on: target.policyResource) { result in
      let kinds: [(list: StaticString, name: StaticString, word: String)] = [
        ("PolicyRoles", "RoleName", "role"), ("PolicyUsers", "UserName", "user"),
        ("PolicyGroups", "GroupName", "group"),
      ]
      return kinds.flatMap { kind in
        (result.child(kind.list)?.children("member") ?? []).compactMap { member in
          member.text(kind.name).map { Attached(word: kind.word, name: $0) }
        }
      }
    }
  }

  /// A policy that others still attach stays: taking their rights away would change what Cooper doesn't manage. IAM itself
  /// refuses it too (DeletePolicy, DeleteConflict). Its other versions go first.
  private static func delete(_ target: Target) -> any Procedure<Void> {
    let free = Then(attached(target)) { (entities: [Attached]) -> any Procedure<Void> in
      let names = entities.map { "\($0.word) \($0.name)" }
      guard !names.isEmpty else { return Immediate(()) }
      return Immediate(
        failing: CallFailure(
          .conflict, code: "DeleteConflict",
          "\(target.name) is still attached to \(names.sorted().joined(separator: ", ")); detach it there, and apply again"
        ))
    }
    let others = Then(ManagedPolicyVersion.list(target)) { versions in
      InTurn(versions.filter { !$0.isDefault }.map { $0.delete(target) })
    }
    let last = IAMCall.done(
      IAMCall.change("DeletePolicy", [target.policyItem], on: target.policyResource), "DeletePolicy")
    let asListed = ManagedPolicyVersion(number: 1, isDefault: false).delete(target).plannedCalls + last.plannedCalls
    return Planned(InTurn([free, others, last]), lists: asListed)
  }
}

/// A policy as GetPolicy tells it.
struct ManagedPolicyEntity: Sendable {
  var arn: String
  var id: String
  var path: String
  var description: String?
  var tags: Tags

  static func call(_ target: Target) -> Call {
    IAMCall.read("GetPolicy", [target.policyItem], on: target.policyResource)
  }

  static func read<Output: Sendable>(
    _ target: Target, _ decode: @escaping @Sendable (ManagedPolicyEntity) throws(CallFailure) -> Output
  ) -> any Procedure<Output> {
    let call = call(target)
    return SingleCall<Output>(call) { (reply) throws(CallFailure) in
      try decode(try ManagedPolicyEntity(reply, to: call))
    }
  }

  init(_ reply: Reply, to call: Call) throws(CallFailure) {
    try self.init(in: try IAMCall.result(reply, "GetPolicy", to: call), to: call)
  }

  init(in result: XMLElement, to call: Call) throws(CallFailure) {
    guard let entity = result.child("Policy").flatMap({ ManagedPolicyEntity(of: $0) }) else {
      throw CallFailure(.protocolBroken, code: "UnreadableValue", "IAM answers with no policy", call: call.line)
    }
    self = entity
  }

  /// Lists tell no labels.
  init?(of entity: XMLElement) {
    guard let arn = entity.text("Arn") else { return nil }
    self.arn = arn
    id = entity.text("PolicyId") ?? ""
    path = entity.text("Path") ?? "/"
    description = entity.text("Description")
    tags = IAMTagging.tags(in: entity)
  }

  var outputs: ValueMap { ["arn": .string(arn), "id": .string(id)] }
}

extension Target {
  /// Its ARN as recorded, or as its name and account make it; nil where nobody knows the account.
  var policyArn: String? {
    if let recorded = outputs["arn"]?.string { return recorded }
    return site.account.map {
      IAMName.arn("policy", name, path: settings["path"]?.string, account: $0, partition: site.partition)
    }
  }

  var policyItem: QueryItem { QueryItem("PolicyArn", policyResource) }

  /// With * for the account where nobody knows it yet.
  var policyResource: String {
    policyArn
      ?? IAMName.arn("policy", name, path: settings["path"]?.string, account: "*", partition: site.partition)
  }
}
