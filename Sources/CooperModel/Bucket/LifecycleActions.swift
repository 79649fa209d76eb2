public import CooperSchema

/// When an object goes: after an age, at a date, or (for a lone delete marker) when nothing is left behind it.
public struct LifecycleExpiration: Modeled {
  public var after: TimeSpan?
  public var date: Instant?
  public var expiredObjectDeleteMarker: Bool?

  public init() {}

  public init(after: TimeSpan? = nil, date: Instant? = nil, expiredObjectDeleteMarker: Bool? = nil) {
    self.after = after
    self.date = date
    self.expiredObjectDeleteMarker = expiredObjectDeleteMarker
  }

  public static let schema = ObjectSchema<LifecycleExpiration>(
    "LifecycleExpiration", "When objects are deleted: exactly one of the three.",
    [
      .init("after", \.after, summary: "Age in whole days, at least one.", example: "400d"),
      .init("date", \.date, summary: "A date; the service wants midnight UTC.", example: "2027-01-01"),
      .init(
        "expiredObjectDeleteMarker", \.expiredObjectDeleteMarker,
        summary: "Removes a delete marker that has no versions behind it.", example: "true"),
    ])
}

/// When versions that are no longer the newest go.
public struct NoncurrentExpiration: Modeled {
  public var after: TimeSpan = .days(0)
  /// Newer noncurrent versions that stay whatever their age.
  public var keep: Int?

  public init() {}

  public init(after: TimeSpan, keep: Int? = nil) {
    self.after = after
    self.keep = keep
  }

  public static let schema = ObjectSchema<NoncurrentExpiration>(
    "NoncurrentExpiration", "When versions that are no longer the newest are deleted.",
    [
      .init(required: "after", \.after, summary: "Whole days since a newer version came.", example: "30d"),
      .init(
        "keep", \.keep, shape: .integer(1...100), summary: "Newer noncurrent versions that always stay.",
        example: "3"),
    ])
}

/// When an object moves to another storage class.
public struct LifecycleTransition: Modeled {
  public var to = ""
  /// Zero days is legal: at once.
  public var after: TimeSpan?
  public var date: Instant?

  public init() {}

  public init(to: String, after: TimeSpan? = nil, date: Instant? = nil) {
    self.to = to
    self.after = after
    self.date = date
  }

  public static let schema = ObjectSchema<LifecycleTransition>(
    "LifecycleTransition", "When objects move to another storage class.",
    [
      .init(
        required: "to", \.to, shape: .string(TextRule(lengths: 1...255)),
        summary: "Storage class, or on MinIO the name of a tier.", example: "GLACIER"),
      .init("after", \.after, summary: "Age in whole days; 0d moves at once.", example: "90d"),
      .init("date", \.date, summary: "A date; the service wants midnight UTC.", example: "2027-01-01"),
    ])
}

/// When versions that are no longer the newest move to another storage class.
public struct NoncurrentTransition: Modeled {
  public var to = ""
  public var after: TimeSpan = .days(0)
  public var keep: Int?

  public init() {}

  public init(to: String, after: TimeSpan, keep: Int? = nil) {
    self.to = to
    self.after = after
    self.keep = keep
  }

  public static let schema = ObjectSchema<NoncurrentTransition>(
    "NoncurrentTransition", "When versions that are no longer the newest move to another storage class.",
    [
      .init(
        required: "to", \.to, shape: .string(TextRule(lengths: 1...255)),
        summary: "Storage class, or on MinIO the name of a tier.", example: "GLACIER"),
      .init(required: "after", \.after, summary: "Whole days since a newer version came.", example: "30d"),
      .init(
        "keep", \.keep, shape: .integer(1...100), summary: "Newer noncurrent versions that stay where they are.",
        example: "3"),
    ])
}
