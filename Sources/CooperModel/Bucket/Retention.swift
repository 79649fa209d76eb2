public import CooperSchema

/// How long objects of a Google bucket can't be deleted or replaced.
public struct RetentionPolicy: SchemaValue {
  /// The longest period, 100 years in seconds (Cloud Storage documentation, bucket lock).
  public static let longest: Int64 = 3_155_760_000

  public var period: TimeSpan
  /// For ever: neither shortened nor removed, by nobody.
  public var locked: Bool?

  public init(period: TimeSpan, locked: Bool? = nil) {
    self.period = period
    self.locked = locked
  }

  /// Zero is none.
  private static let span = Shape.duration(0...longest)

  public static let shape = Shape.either(
    scalar: span,
    long: .object(
      ObjectShape(
        "RetentionPolicy", summary: "How long objects are kept, and whether for ever so.",
        fields: [
          FieldShape("period", span, presence: .required, summary: "1s to 100 years, or 0s for none.", example: "30d"),
          FieldShape(
            "locked", .bool, presence: .defaulted(false),
            mutability: .oneWay([.bool(false), .bool(true)]),
            summary: "Nobody can shorten or remove it, ever.", example: "true"),
        ])))

  public init(value: Value) throws(SchemaMismatch) {
    if value.string != nil {
      self.init(period: try TimeSpan(value: value))
      return
    }
    guard let period = value["period"] else { throw SchemaMismatch(expected: "a duration, or period and locked") }
    self.init(period: try TimeSpan(value: period), locked: value["locked"]?.bool)
  }

  public var value: Value {
    guard locked == true else { return period.value }
    return ["period": period.value, "locked": true]
  }

  public static let facet = FacetSchema(
    name: "retention", shape: shape,
    summary: "How long objects can't be deleted or replaced, 0s for not at all; locking it is for ever.",
    example: "30d", cleared: "0s",
    problems: { value in
      guard let model = try? RetentionPolicy(value: value), model.locked == true, model.period.seconds == 0 else {
        return []
      }
      return [
        FacetProblem(
          path: ["period"], code: "RET0001", message: "what is kept for no time can't be locked", fix: "period: 30d")
      ]
    })
}

/// Whether Google moves objects between storage classes by itself.
public struct Autoclass: SchemaValue {
  public enum Terminal: String, SchemaChoice {
    case nearline = "NEARLINE"
    case archive = "ARCHIVE"
  }

  public var isEnabled: Bool
  public var terminalClass: Terminal?

  public init(isEnabled: Bool, terminalClass: Terminal? = nil) {
    self.isEnabled = isEnabled
    self.terminalClass = terminalClass
  }

  public static let shape = Shape.either(
    scalar: .choice(["enabled", "disabled"]),
    long: .object(
      ObjectShape(
        "Autoclass", summary: "Enabled, with the coldest class.",
        fields: [
          FieldShape(
            "terminalClass", Terminal.shape, presence: .required, summary: "The coldest class that objects reach.",
            example: "ARCHIVE")
        ])))

  public init(value: Value) throws(SchemaMismatch) {
    if let word = value.string {
      self.init(isEnabled: word == "enabled")
      return
    }
    guard let terminal = value["terminalClass"] else { throw SchemaMismatch(expected: "enabled, disabled or a class") }
    self.init(isEnabled: true, terminalClass: try Terminal(value: terminal))
  }

  public var value: Value {
    if let terminalClass { return ["terminalClass": terminalClass.value] }
    return isEnabled ? "enabled" : "disabled"
  }

  public static let facet = FacetSchema(
    name: "autoclass", shape: shape, summary: "Lets Google move objects between storage classes.", example: "enabled")
}
