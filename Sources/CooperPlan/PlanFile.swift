internal import CooperModel
internal import CooperSchema

/// Why a file is not a plan that may be run.
public enum PlanFileProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The text says what is missing.
  case notAPlan(String)
  /// It is not, byte for byte, what was saved.
  case edited
  case newerFormat(Int)

  public var description: String {
    switch self {
    case .notAPlan(let what): "this is not a plan: \(what)"
    case .edited: "the plan was changed after it was saved; only what was reviewed is run"
    case .newerFormat(let version):
      "the plan has format \(version), and this Cooper reads format \(Plan.formatVersion)"
    }
  }
}

/// The file form of a plan: pretty JSON with a digest over everything else.
///
/// The digest finds damage and careless edits; it is no signature, whoever edits on purpose can make it anew.
public enum PlanFile {
  private static let digestKey = "digest"

  /// Writes the plan with its digest, a line end behind it; equal plans give equal bytes.
  public static func encode(_ plan: Plan) -> [UInt8] {
    let value = plan.value
    guard case .map(var map) = value else { return ValueJSON.encode(value, pretty: true) }
    map[digestKey] = .string(digest(of: map))
    return ValueJSON.encode(.map(map), pretty: true)
  }

  /// Reads a saved plan; throws unless the bytes are exactly those that were saved.
  public static func decode(_ bytes: [UInt8]) throws(PlanFileProblem) -> Plan {
    let document: Value
    do {
      document = try ValueJSON.decode(bytes)
    } catch {
      throw .notAPlan("it is no JSON; \(error)")
    }
    guard case .map(var map) = document, let version = map["formatVersion"]?.integer else {
      throw .notAPlan("it has no formatVersion")
    }
    guard version <= Plan.formatVersion else { throw .newerFormat(Int(version)) }
    guard let digest = map[digestKey]?.string else { throw .notAPlan("it has no digest") }
    map[digestKey] = nil
    guard digest == self.digest(of: map) else { throw .edited }
    let plan = try Plan(value: .map(map))
    // White space and spelling are outside the digest, and a key that this Cooper doesn't know was not read.
    guard encode(plan) == bytes else { throw .edited }
    return plan
  }

  /// The name of a plan in headers and messages: the first eight hexadecimal digits of its digest.
  public static func identifier(_ plan: Plan) -> String {
    let changes = plan.changes
    var rest = plan
    rest.changes = []
    guard case .map(var map) = rest.value else { return "" }
    map[changesKey] = nil
    map[summaryKey] = plan.summary.value
    return String(digest(of: map, changes: changes.count) { changes[$0].value }.prefix(8))
  }

  private static let changesKey = "changes"
  private static let summaryKey = "summary"

  private static func digest(of plan: ValueMap) -> String {
    var rest = plan
    rest[changesKey] = nil
    let changes = plan[changesKey]?.list ?? []
    return digest(of: rest, changes: changes.count) { changes[$0] }
  }

  /// SHA-256 over everything but the changes, and over the digest of each of them, which many processors can make.
  private static func digest(
    of rest: ValueMap, changes count: Int, _ change: @Sendable (Int) -> Value
  ) -> String {
    var bytes = ValueJSON.encode(.map(rest), pretty: false)
    for digest in inParallel(count, { Digest.sha256(ValueJSON.encode(change($0), pretty: false)) }) { bytes += digest }
    return Digest.sha256Hex(bytes)
  }
}
