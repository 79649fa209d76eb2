import CooperDiagnostics

/// Codes of this room; `CFG0001` to `CFG0049` are its range.
extension DiagnosticCode {
  static let unknownField = DiagnosticCode("CFG0001")
  static let wrongType = DiagnosticCode("CFG0002")
  static let missingField = DiagnosticCode("CFG0003")
  static let outOfRange = DiagnosticCode("CFG0004")
  static let badChoice = DiagnosticCode("CFG0005")
  static let badPattern = DiagnosticCode("CFG0006")
  static let badLength = DiagnosticCode("CFG0007")
  static let duplicateKey = DiagnosticCode("CFG0008")
  static let duplicateElement = DiagnosticCode("CFG0009")
  static let nullValue = DiagnosticCode("CFG0010")
  static let badDuration = DiagnosticCode("CFG0011")
  static let badSize = DiagnosticCode("CFG0012")
  static let badInstant = DiagnosticCode("CFG0013")
  static let badDocument = DiagnosticCode("CFG0014")
  static let tooDeep = DiagnosticCode("CFG0015")
  static let readOnlyField = DiagnosticCode("CFG0016")
  static let plainSecret = DiagnosticCode("CFG0020")
  static let badSecret = DiagnosticCode("CFG0021")
  static let secretInPlainField = DiagnosticCode("CFG0022")
  static let emptyKey = DiagnosticCode("CFG0031")
}
