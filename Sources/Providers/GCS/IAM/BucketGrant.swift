import CooperModel
import CooperProvider
import CooperSchema

/// One member's role on one bucket.
struct BucketBinding: Modeled, Hashable {
  var bucket = ""
  var role = ""
  var member = ""
  var condition: IAMCondition?

  init() {}

  init(bucket: String, _ binding: IAMBinding) {
    self.bucket = bucket
    role = binding.role
    member = binding.members.first ?? ""
    condition = binding.condition
  }

  /// As it stands in the policy of its bucket.
  var binding: IAMBinding {
    var binding = IAMBinding()
    binding.role = role
    binding.members = [member]
    binding.condition = condition
    return binding
  }

  static let schema = ObjectSchema<BucketBinding>(
    "BucketBinding", "A role that somebody has on a bucket.",
    [
      .init(
        required: "bucket", \.bucket, shape: .string(TextRule(lengths: 1...222)), summary: "Name of the bucket.",
        example: "acme-data"),
      .init(
        required: "role", \.role, shape: .string(TextRule(lengths: 1...256)), summary: "The role.",
        example: "roles/storage.objectViewer"),
      .init(
        required: "member", \.member, shape: .string(TextRule(lengths: 1...512)), summary: "Who has it.",
        example: "serviceAccount:etl@acme-prod.iam.gserviceaccount.com"),
      .init(
        "condition", \.condition, summary: "Only when this holds.",
        example: "{ title: until-2027, expression: 'request.time < timestamp(\"2027-01-01T00:00:00Z\")' }"),
    ])

  fileprivate var key: String { String(decoding: ValueJSON.encode(value, pretty: false), as: UTF8.self) }
}

/// `bindings` of a grant, which its settings say. Google's policies have no place for a mark of whose a binding is: all of
/// the policy is observed, and of that only what this project wrote is its own, as of facets that `shared:` names.
enum GrantBindings: Facet {
  typealias Model = [BucketBinding]

  static let schema = FacetSchema(
    name: "bindings", shape: .set(BucketBinding.shape, identity: []),
    summary: "Roles on buckets, as the grant's settings say them.", cleared: .list([]),
    entries: FacetEntries(
      parted: { value in ((try? [BucketBinding](value: value)) ?? []).map { ValueMap.Pair($0.key, $0.value) } },
      joined: { entries in sorted(entries.compactMap { try? BucketBinding(value: $0.value) }).value }))

  static func sorted(_ bindings: [BucketBinding]) -> [BucketBinding] {
    let canonical = bindings.map { binding in
      var binding = binding
      binding.condition = binding.condition?.canonical
      return binding
    }
    return Set(canonical).map { ($0.key, $0) }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }.map { $0.1 }
  }

  static func canonical(_ model: Model, on site: Site) -> Model { sorted(model) }

  static func read(_ target: Target) -> any Procedure<Observed<Model>> {
    Then(ReadGrantBindings(target)) { found in Immediate(found.isEmpty ? .absent : .present(sorted(found))) }
  }

  static func write(_ change: FacetChange<Model>, on target: Target) -> Effect {
    let before = Set(change.before ?? [])
    let after = Set(change.after ?? [])
    return Effect(
      rank: FacetRank.rights,
      .procedure(changes(adding: after.subtracting(before), removing: before.subtracting(after))))
  }

  /// Bucket by bucket.
  static func changes(adding: Set<BucketBinding>, removing: Set<BucketBinding>) -> any Procedure<Void> {
    let names = Set(adding.union(removing).map(\.bucket)).sorted()
    return InTurn(
      names.map { name in
        func part(_ bindings: Set<BucketBinding>) -> Set<IAMBinding> {
          Set(bindings.filter { $0.bucket == name }.map(\.binding))
        }
        return ChangeIAMPolicy(.bucket(name), adding: part(adding), removing: part(removing))
      })
  }

  static func risks(_ change: FacetChange<Model>, on target: Target) -> [Risk] {
    Set(change.after ?? []).subtracting(change.before ?? []).map { "\($0.binding.words) on \($0.bucket)" }.sorted().map
    {
      Risk(.widensAccess, $0)
    }
  }
}

/// Reads the policy of each bucket of a grant; a bucket that isn't there gives nobody rights.
private struct ReadGrantBindings: Procedure {
  private let places: [(bucket: String, place: PolicyPlace)]
  private var index = 0
  private var found: [BucketBinding] = []

  init(_ target: Target) {
    // Buckets that it named before may still hold bindings of it.
    let named = GCSGrantSupport.buckets(target.settings)
    let before = target.recordedSettings.map { GCSGrantSupport.buckets($0) } ?? []
    places = (named + before.filter { !named.contains($0) }).map { ($0, .bucket($0)) }
  }

  var plannedCalls: [Call] { places.map(\.place.get) }

  mutating func next(_ reply: Reply?) -> Step<[BucketBinding]> {
    if let reply {
      let (bucket, place) = places[index]
      do throws(CallFailure) {
        let bindings = IAMBinding.parted(try place.bindings(reply))
        found += bindings.map { BucketBinding(bucket: bucket, $0) }
      } catch {
        if error.kind != .notFound { return .failed(error) }
      }
      index += 1
    }
    return index < places.count ? .call(places[index].place.get) : .done(found)
  }
}

/// A grant as a kind: nothing but its bindings.
enum GCSGrant {
  /// Says in the state that this project made it: what was there before is nobody's, and a grant of it changes nothing.
  private static let mark = "made"

  static let kind = Kind(
    schema: Grant.schema, granularity: .facet, facets: [AnyFacet(GrantBindings.self)],
    // Looked at in any case: a policy that can't be read is unknown. What of its bindings is missing is drift.
    find: { target in
      Then(ReadGrantBindings(target)) { _ in
        Immediate(target.outputs[mark] != nil ? .present(region: nil) : .absent)
      }
    },
    create: { _ in Immediate([mark: true]) },
    delete: { target in
      GrantBindings.changes(adding: [], removing: Set(GCSGrantSupport.bindings(target.settings)))
    },
    contents: { _, _ in Immediate(Contents(objects: 0, bytes: 0)) }, empty: { _ in Immediate(()) },
    list: { _ in Immediate(failing: CallFailure(.unsupported, code: "NoList", "grants are looked at one by one")) })
}
