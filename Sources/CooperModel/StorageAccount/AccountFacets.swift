public import CooperSchema

/// How often and where an account's data is kept (Azure Storage REST API, SKU types).
public enum AccountSKU: String, SchemaChoice {
  case standardLRS = "Standard_LRS"
  case standardZRS = "Standard_ZRS"
  case standardGRS = "Standard_GRS"
  case standardGZRS = "Standard_GZRS"
  case standardRAGRS = "Standard_RAGRS"
  case standardRAGZRS = "Standard_RAGZRS"
  case premiumLRS = "Premium_LRS"
  case premiumZRS = "Premium_ZRS"

  public static let facet = FacetSchema(
    name: "sku", shape: shape, summary: "How often and where the data is kept.", example: "Standard_ZRS")
}

/// The tier of blobs that name none; Archive can't be a default.
public enum AccessTier: String, SchemaChoice {
  case hot = "Hot"
  case cool = "Cool"
  case cold = "Cold"

  public static let facet = FacetSchema(
    name: "accessTier", shape: shape, summary: "Tier of blobs that name none.", example: "Cool")
}

/// The oldest TLS that requests may use; 1.0 and 1.1 are no longer served since 3 February 2026 (Azure Storage
/// documentation).
public enum MinimumTLS: String, SchemaChoice {
  case tls12 = "1.2"
  case tls13 = "1.3"

  public static let facet = FacetSchema(
    name: "minimumTls", shape: shape, summary: "The oldest version of TLS that requests may use.", example: "\"1.2\"")
}

/// Whether containers of an account may be public at all.
public enum AccountPublicAccess: String, SchemaChoice {
  case blocked, allowed

  public static let facet = FacetSchema(
    name: "publicAccess", shape: shape, summary: "Whether containers of the account may be public at all.",
    example: "blocked")
}

/// What the account's firewall does with requests that no rule names.
public enum NetworkDefault: String, SchemaChoice {
  case allow, deny

  public static let facet = FacetSchema(
    name: "networkDefault", shape: shape,
    summary: "What the firewall does with requests for data from networks that no rule names.",
    example: "deny")
}

/// Whether the order of all changes to blobs is recorded.
public enum ChangeFeed: String, SchemaChoice {
  case enabled, disabled

  public static let facet = FacetSchema(
    name: "changeFeed", shape: shape, summary: "Records the order of all changes to blobs.", example: "enabled")
}

/// Whether the time of the last read is kept; lifecycle rules by last access need it.
public enum LastAccessTracking: String, SchemaChoice {
  case enabled, disabled

  public static let facet = FacetSchema(
    name: "lastAccessTracking", shape: shape, summary: "Keeps the time of the last read of each blob.",
    example: "enabled")
}

/// How long deleted blobs and containers can be brought back.
public struct AccountSoftDelete: SchemaValue {
  /// Days for either (Azure Storage REST API, DeleteRetentionPolicy); zero is off.
  public static let days: ClosedRange<Int64> = 1...365

  public var blobs: TimeSpan?
  public var containers: TimeSpan?

  public init(blobs: TimeSpan?, containers: TimeSpan?) {
    self.blobs = blobs
    self.containers = containers
  }

  private static let period = Shape.duration(0...(365 * 86_400))

  public static let shape = Shape.either(
    scalar: period,
    long: .object(
      ObjectShape(
        "AccountSoftDelete", summary: "How long deleted data can be brought back; one that is not written is off.",
        fields: [
          FieldShape("blobs", period, summary: "1 to 365 days, or 0s for not at all.", example: "14d"),
          FieldShape("containers", period, summary: "1 to 365 days, or 0s for not at all.", example: "7d"),
        ])))

  public init(value: Value) throws(SchemaMismatch) {
    if value.string != nil {
      let span = try TimeSpan(value: value)
      self.init(blobs: span, containers: span)
      return
    }
    guard let map = value.map else { throw SchemaMismatch(expected: "a duration, or blobs and containers") }
    func span(_ name: String) throws(SchemaMismatch) -> TimeSpan? {
      guard let value = map[name], value != .null else { return nil }
      return try TimeSpan(value: value)
    }
    self.init(blobs: try span("blobs"), containers: try span("containers"))
  }

  /// One duration for both is written as one.
  public var value: Value {
    if let blobs, blobs == containers { return blobs.value }
    var map = ValueMap()
    if let blobs { map["blobs"] = blobs.value }
    if let containers { map["containers"] = containers.value }
    return .map(map)
  }

  public static let facet = FacetSchema(
    name: "softDelete", shape: shape,
    summary: "How long deleted blobs and containers can be brought back; one duration is for both.", example: "14d",
    cleared: "0s",
    problems: { value in
      guard let model = try? AccountSoftDelete(value: value) else { return [] }
      let isScalar = value.string != nil
      return [("blobs", model.blobs), ("containers", isScalar ? nil : model.containers)].compactMap { name, span in
        guard let span, span.seconds != 0 else { return nil }
        if let days = span.wholeDays, AccountSoftDelete.days.contains(days) { return nil }
        return FacetProblem(
          path: isScalar ? [] : [name], code: "SOF0002",
          message: "Azure keeps deleted data for whole days, 1 to 365", fix: "14d")
      }
    })
}
