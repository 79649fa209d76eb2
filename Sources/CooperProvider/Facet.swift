public import CooperModel
public import CooperSchema

/// What a read found.
public enum Observed<Model: Sendable>: Sendable {
  case present(Model)
  /// Read, and nothing is set.
  case absent
  /// This endpoint can't hold it; the text says how that is known.
  case unsupported(String)
}

extension Observed: Equatable where Model: Equatable {}
extension Observed: Hashable where Model: Hashable {}

/// The place a facet or resource is read from and written to.
public struct Target: Sendable, Hashable {
  public var address: Address
  public var identity: PhysicalIdentity
  public var region: String?
  /// Facts about the connection that codecs depend on.
  public var site: Site
  /// The resource's settings that are no facets, as declared or recorded, with what `KindSupport.carries` adds to them.
  public var settings: ValueMap
  /// Facets that the resource is to have, while this change makes it; nil when it is there already.
  ///
  /// For what a provider knows at the creation only, or better then, e.g. object lock.
  public var atCreation: ValueMap?
  /// What its settings name, by field; no part of a saved plan, made anew when one is run.
  public var related: [String: Related]
  /// Outputs as recorded, e.g. the uid that the provider gave.
  public var outputs: ValueMap
  /// Of kinds with a choice of facets that make them, the one that is declared or recorded; no part of a saved plan.
  public var maker: Maker?
  /// The facets it shall have, only while it is being made: some stores take a part of them at the creation or never.
  public var desired = ValueMap()
  /// Settings as recorded, where the YAML says others by now: what they named is looked at too, so that it can be let go;
  /// no part of a saved plan.
  public var recordedSettings: ValueMap?
  /// Facets as recorded, for kinds that ask what stands in the way of a deletion (`Kind.holds`): what of it is Cooper's own;
  /// no part of a saved plan.
  public var recordedFacets: [String: Value] = [:]
  /// The revision that was observed (`Kind.revision`); nil where nothing was looked at; no part of a saved plan.
  public var revision: String?
  /// Resources that this run made and this one names: a provider may not know them everywhere yet; no part of a saved plan.
  public var newborn: Set<Address> = []

  public init(
    address: Address, identity: PhysicalIdentity, region: String?, site: Site, settings: ValueMap = ValueMap(),
    related: [String: Related] = [:], outputs: ValueMap = ValueMap(), maker: Maker? = nil
  ) {
    self.address = address
    self.identity = identity
    self.region = region
    self.site = site
    self.settings = settings
    self.related = related
    self.outputs = outputs
    self.maker = maker
  }

  public var name: String { identity.name }
}

/// A facet that says what makes the resource, e.g. `cozystack` of a bucket in a cluster.
public struct Maker: Sendable, Hashable {
  public var facet: String
  public var value: Value

  public init(_ facet: String, _ value: Value) {
    self.facet = facet
    self.value = value
  }
}

/// Facts about a connection that are needed to write calls; no credentials.
public struct Site: Sendable, Hashable {
  public var connection: String
  /// The connection's type, which is the dialect's name, e.g. `minio`.
  public var type: String
  public var endpoint: String
  public var region: String?
  /// As declared, or as the signed-in identity says.
  public var account: String?
  /// `aws`, `aws-us-gov`, `aws-cn` …; `aws` elsewhere.
  public var partition: String
  /// The way of signing in, where that decides which calls there are, e.g. an account key that opens data and no settings.
  public var access: String?
  /// Settings of the connection that its codecs depend on, e.g. `fieldManager`; no credentials, no part of a saved plan.
  public var settings: ValueMap

  public init(
    connection: String, type: String, endpoint: String, region: String?, account: String?, partition: String = "aws",
    access: String? = nil, settings: ValueMap = ValueMap()
  ) {
    self.connection = connection
    self.type = type
    self.endpoint = endpoint
    self.region = region
    self.account = account
    self.partition = partition
    self.access = access
    self.settings = settings
  }
}

/// One facet's step from what was observed to what is desired, both canonical; a nil `before` was absent.
public struct FacetChange<Model: Sendable>: Sendable {
  public var before: Model?
  /// Nil means: managed and cleared.
  public var after: Model?

  public init(before: Model?, after: Model?) {
    self.before = before
    self.after = after
  }
}

extension FacetChange: Equatable where Model: Equatable {}

extension FacetChange where Model: SchemaValue {
  /// The change as the codec of the model takes it; throws when a value doesn't have the model's shape.
  @inlinable
  init(_ change: FacetChange<Value>) throws(SchemaMismatch) {
    self.init(before: nil, after: nil)
    if let value = change.before { before = try Model(value: value) }
    if let value = change.after { after = try Model(value: value) }
  }
}

/// How a write reaches the provider.
public struct Effect: Sendable {
  public enum Content: Sendable {
    case procedure(any Procedure<Void>)
    /// A fragment that the kind merges with those of other facets into one call.
    case patch(Value)
  }

  /// Lower ranks are written first; a function of the change, e.g. tighten a public access block early, loosen it late.
  public var rank: Int
  public var content: Content

  public init(rank: Int, _ content: Content) {
    self.rank = rank
    self.content = content
  }
}

/// A sub-resource as a codec: the model is shared between providers, the wire is the provider's. All of it is pure.
public protocol Facet: Sendable {
  associatedtype Model: SchemaValue
  /// Name, shape and rules that all providers share.
  static var schema: FacetSchema { get }
  static func read(_ target: Target) -> any Procedure<Observed<Model>>
  /// Removes order and spelling that mean nothing; idempotent; desired and observed both pass it.
  /// It depends on the store alone, not on the resource, so that equal settings of many resources are brought into it once.
  static func canonical(_ model: Model, on site: Site) -> Model
  /// What was observed, both canonical, in the spelling of `desired` where the store keeps no such thing (ids of rules),
  /// and without what it fills in and `desired` doesn't ask for.
  static func comparable(_ observed: Model, to desired: Model, on target: Target) -> Model
  static func write(_ change: FacetChange<Model>, on target: Target) throws(CallFailure) -> Effect
  static func risks(_ change: FacetChange<Model>, on target: Target) -> [Risk]
}

extension Facet {
  public static func canonical(_ model: Model, on site: Site) -> Model { model }
  public static func comparable(_ observed: Model, to desired: Model, on target: Target) -> Model { observed }
  public static func risks(_ change: FacetChange<Model>, on target: Target) -> [Risk] { [] }
}

/// A facet with its model hidden behind `Value`, as planner and engine use it.
///
/// A class, because it is passed on with every facet of every resource, and all of them by all processors at once.
public final class AnyFacet: Sendable {
  public let schema: FacetSchema
  public let read: @Sendable (Target) -> any Procedure<Observed<Value>>
  public let canonical: @Sendable (Value, Site) throws(SchemaMismatch) -> Value
  public let write: @Sendable (FacetChange<Value>, Target) throws -> Effect
  public let risks: @Sendable (FacetChange<Value>, Target) -> [Risk]
  /// Risks and write of one change, for which a codec takes the change apart once.
  public let consider: @Sendable (FacetChange<Value>, Target) -> (risks: [Risk], effect: Result<Effect, any Error>)
  @usableFromInline let align: @Sendable (_ observed: Value, _ desired: Value, Target) -> Value

  public var name: String { schema.name }

  /// Inlined into the provider's module, where the facet's types are known; else each step asks the runtime for them.
  @inlinable
  public convenience init<F: Facet>(_ facet: F.Type) {
    self.init(
      schema: F.schema, read: { target in CanonicalRead<F>(target) },
      canonical: { (value, site) throws(SchemaMismatch) in F.canonical(try F.Model(value: value), on: site).value },
      write: { change, target in try F.write(try FacetChange<F.Model>(change), on: target) },
      risks: { change, target in (try? FacetChange<F.Model>(change)).map { F.risks($0, on: target) } ?? [] },
      consider: { change, target in
        do {
          let typed = try FacetChange<F.Model>(change)
          return (F.risks(typed, on: target), Result { try F.write(typed, on: target) })
        } catch {
          return ([], .failure(error))
        }
      },
      align: { observed, desired, target in
        guard let model = try? F.Model(value: observed), let wanted = try? F.Model(value: desired) else {
          return observed
        }
        return F.comparable(model, to: wanted, on: target).value
      })
  }

  /// A facet without a codec: compared as written and without calls, for plans that are made offline.
  public convenience init(declaredOnly schema: FacetSchema) {
    self.init(
      schema: schema,
      read: { _ in
        Immediate(failing: CallFailure(.unsupported, code: "CON0012", "this version can't read \(schema.name) yet"))
      },
      canonical: { (value, _) throws(SchemaMismatch) in value },
      write: { _, _ in Self.declaredOnlyEffect }, risks: { _, _ in [] },
      consider: { _, _ in ([], .success(Self.declaredOnlyEffect)) }, align: { observed, _, _ in observed })
  }

  @usableFromInline
  init(
    schema: FacetSchema, read: @escaping @Sendable (Target) -> any Procedure<Observed<Value>>,
    canonical: @escaping @Sendable (Value, Site) throws(SchemaMismatch) -> Value,
    write: @escaping @Sendable (FacetChange<Value>, Target) throws -> Effect,
    risks: @escaping @Sendable (FacetChange<Value>, Target) -> [Risk],
    consider: @escaping @Sendable (FacetChange<Value>, Target) -> (risks: [Risk], effect: Result<Effect, any Error>),
    align: @escaping @Sendable (Value, Value, Target) -> Value
  ) {
    self.schema = schema
    self.read = read
    self.canonical = canonical
    self.write = write
    self.risks = risks
    self.consider = consider
    self.align = align
  }

  /// A facet that stands for what is made by other means than one write, e.g. issued keys.
  init(
    schema: FacetSchema, read: @escaping @Sendable (Target) -> any Procedure<Observed<Value>>,
    write: @escaping @Sendable (FacetChange<Value>, Target) throws -> Effect,
    risks: @escaping @Sendable (FacetChange<Value>, Target) -> [Risk]
  ) {
    self.schema = schema
    self.read = read
    canonical = { (value, _) throws(SchemaMismatch) in value }
    self.write = write
    self.risks = risks
    consider = { change, target in (risks(change, target), Result { try write(change, target) }) }
    align = { observed, _, _ in observed }
  }

  /// Its rank is behind every one that a codec gives.
  private static let declaredOnlyEffect = Effect(rank: 1_000, .patch(.map(ValueMap())))
}

/// Runs a facet's read and brings what it found into canonical form.
@usableFromInline
struct CanonicalRead<F: Facet>: Procedure {
  @usableFromInline let target: Target
  @usableFromInline var inner: any Procedure<Observed<F.Model>>

  @inlinable
  init(_ target: Target) {
    self.target = target
    inner = F.read(target)
  }

  @inlinable var decodesBodyAlone: Bool { inner.decodesBodyAlone }

  @inlinable
  mutating func next(_ reply: Reply?) -> Step<Observed<Value>> {
    switch inner.next(reply) {
    case .call(let call): .call(call)
    case .wait(let duration): .wait(duration)
    case .failed(let failure): .failed(failure)
    case .done(.absent): .done(.absent)
    case .done(.unsupported(let reason)): .done(.unsupported(reason))
    case .done(.present(let model)): .done(.present(F.canonical(model, on: target.site).value))
    }
  }
}
