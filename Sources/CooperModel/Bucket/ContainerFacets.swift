public import CooperSchema

/// Free pairs on an Azure container; keys come back in lower case.
public enum ContainerMetadata {
  /// An identifier of C#, as the service demands (Azure Storage REST API, naming of metadata).
  private static let key = TextRule(
    lengths: 1...128, pattern: "^[a-z_][a-z0-9_]*$",
    expectation: "lower-case letters, digits and underscores, no digit first",
    matches: { text in
      guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
      return text.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f }
    })

  public static let facet = FacetSchema(
    name: "metadata", shape: .map(.string(.any), keys: key), summary: "Free pairs on the container.",
    example: "{ owner: bi }", cleared: .map(ValueMap()))
}

/// How long blobs of a container can't be deleted or replaced.
public struct Immutability: Modeled {
  /// Days (Azure Storage documentation, time-based retention).
  public static let days: ClosedRange<Int64> = 1...146_000

  public var period = TimeSpan.days(1)
  public var locked: Bool?
  public var appends: Bool?

  public init() {}

  public static let schema = ObjectSchema<Immutability>(
    "Immutability", "How long blobs are kept, and whether for ever so.",
    [
      .init(required: "period", \.period, summary: "Whole days, 1 to 146,000.", example: "30d"),
      .init(
        "locked", \.locked, .defaulted(false), mutability: .oneWay([.bool(false), .bool(true)]),
        summary: "Can't be removed or shortened any more, and lengthened five times only.", example: "true"),
      .init(
        "appends", \.appends, .defaulted(false), summary: "Append blobs may still grow.", example: "true"),
    ])

  public static let facet = FacetSchema(
    name: "immutability", shape: shape, summary: "How long blobs can't be deleted or replaced.",
    example: "{ period: 30d }",
    problems: { value in
      guard let model = try? Immutability(value: value) else { return [] }
      if let count = model.period.wholeDays, days.contains(count) { return [] }
      return [
        FacetProblem(
          path: ["period"], code: "IMM0001", message: "blobs are kept for whole days, 1 to 146000", fix: "30d")
      ]
    })
}

/// Words for which all blobs of a container are held.
public enum LegalHold {
  /// Holds per container, and their form (Azure Storage documentation, legal holds).
  public static let limit = 10

  private static let word = TextRule(
    lengths: 3...23, pattern: "^[A-Za-z0-9]+$", expectation: "3 to 23 letters and digits",
    matches: { text in
      text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) }
    })

  public static let facet = FacetSchema(
    name: "legalHold", shape: .set(.string(word), identity: []),
    summary: "Case numbers for which all blobs are held, until they are taken out.", example: "[case4711]",
    cleared: .list([]),
    problems: { value in
      let count = value.list?.count ?? 0
      guard count > limit else { return [] }
      return [FacetProblem(path: [], code: "LEG0001", message: "\(count) holds; a container has at most \(limit)")]
    })
}
