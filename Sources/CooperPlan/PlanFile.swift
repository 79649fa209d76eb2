internal import CooperSchema

public enum PlanFileProblem: Error, Sendable, Hashable {
  case notAPlan(String)
  case edited
  case newerFormat(Int)
}

public enum PlanFile {
  public static func encode(_ plan: Plan) -> [UInt8] { [] }
  public static func decode(_ bytes: [UInt8]) throws(PlanFileProblem) -> Plan { throw .edited }
}
