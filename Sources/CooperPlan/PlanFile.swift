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
    map[digestKey] = .string(digest(of: value))
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
    guard digest == self.digest(of: .map(map)) else { throw .edited }
    let plan = try Plan(value: .map(map))
    // White space and spelling are outside the digest, and a key that this Cooper doesn't know was not read.
    guard encode(plan) == bytes else { throw .edited }
    return plan
  }

  /// The name of a plan in headers and messages: the first eight hexadecimal digits of its digest.
  public static func identifier(_ plan: Plan) -> String { String(digest(of: plan.value).prefix(8)) }

  private static func digest(of value: Value) -> String {
    Digest.sha256Hex(ValueJSON.encode(value, pretty: false))
  }
}
