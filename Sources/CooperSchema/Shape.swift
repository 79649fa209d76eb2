/// What may stand at a place of a document; checking, JSON Schema, diff, redaction and samples all follow it.
public indirect enum Shape: Sendable {
  case bool
  case integer(ClosedRange<Int64>?)
  case number
  case string(TextRule)
  case choice([String])
  /// Text such as `30d`, `12h`, `90s`, `0s`; the canonical text uses the largest unit that leaves no rest.
  case duration(ClosedRange<Int64>?)
  /// Text such as `64MiB` or a plain count of bytes; canonical like durations.
  case size
  /// A UTC instant, ISO 8601; a date alone means midnight.
  case instant
  /// Order has a meaning and stays.
  case list(Shape)
  /// Order has no meaning: canonical order is by identity fields, or by whole value when there are none.
  case set(Shape, identity: [String])
  case map(Shape, keys: TextRule)
  case object(ObjectShape)
  /// A scalar spelling, or the long form; told apart by the kind of node.
  case either(scalar: Shape, long: Shape)
  /// The name of a resource in a section, e.g. `connections`.
  case reference(section: String)
  /// Free JSON data of a foreign standard; compared in that standard's canonical form.
  case document(DocumentDialect)
  /// A reference to a secret (`env:NAME`, `file:PATH`, …), never the secret.
  case secret
  /// Anything; for `x-` keys only.
  case anything
}

/// Foreign documents that Cooper compares by meaning.
public enum DocumentDialect: String, Sendable { case iamPolicy, iamTrust }

/// Limits on a text; `pattern` is a name of a check known to `Check`, not a regular expression engine's language.
public struct TextRule: Sendable {
  public var lengths: ClosedRange<Int>?
  /// An ECMA-262 pattern for JSON Schema, and the predicate that decides here.
  public var pattern: String?
  public var matches: (@Sendable (String) -> Bool)?
  /// Says in words what a text that does not match should look like.
  public var expectation: String?

  public init(
    lengths: ClosedRange<Int>? = nil, pattern: String? = nil, expectation: String? = nil,
    matches: (@Sendable (String) -> Bool)? = nil
  ) {
    self.lengths = lengths
    self.pattern = pattern
    self.expectation = expectation
    self.matches = matches
  }

  public static let any = TextRule()
}

public enum Presence: Sendable {
  case required
  case optional
  /// Absent means this value, here and on the provider.
  case defaulted(Value)
  /// The provider fills it in; compared only if the YAML gives it.
  case providerDefault
  /// Only ever read.
  case readOnly
}

public enum Mutability: Sendable {
  case inPlace
  /// A change would need a new resource: blocked where the kind holds data; the text says why.
  case replaces(because: String)
  /// May move along this list only, e.g. unversioned → enabled.
  case oneWay([Value])
}

public enum Sensitivity: Sendable { case plain, sensitive, writeOnly }

/// One field of an object, described once.
public struct FieldShape: Sendable {
  public var name: String
  public var shape: Shape
  public var presence: Presence
  public var mutability: Mutability
  public var sensitivity: Sensitivity
  /// One sentence for the reference page, the JSON Schema and `cooper explain`.
  public var summary: String
  /// A YAML text that would be valid here.
  public var example: String?

  public init(
    _ name: String, _ shape: Shape, presence: Presence = .optional, mutability: Mutability = .inPlace,
    sensitivity: Sensitivity = .plain, summary: String, example: String? = nil
  ) {
    self.name = name
    self.shape = shape
    self.presence = presence
    self.mutability = mutability
    self.sensitivity = sensitivity
    self.summary = summary
    self.example = example
  }
}

/// An object: its fields, and nothing else may stand in it.
public struct ObjectShape: Sendable {
  public var name: String
  public var summary: String
  public var fields: [FieldShape]

  public init(_ name: String, summary: String, fields: [FieldShape]) {
    self.name = name
    self.summary = summary
    self.fields = fields
  }

  public subscript(field: String) -> FieldShape? { fields.first { $0.name == field } }
}
