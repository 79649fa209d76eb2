// CooperDiagnostics holds findings with places and how they are shown. Each room makes its own findings, at the end of the
// file that checks, and registers its codes in a static array of catalogue entries; no room is known here.

/// A stable code such as `CFG0012`; `cooper explain CODE` prints its entry in the catalogue.
public struct DiagnosticCode: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let text: String

  public init(_ text: String) { self.text = text }

  public var description: String { text }

  public static func < (a: DiagnosticCode, b: DiagnosticCode) -> Bool { a.text < b.text }
}

public enum Severity: String, Sendable, Comparable, CaseIterable {
  case note, warning, error

  public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }
}

/// One finding: what is wrong, where, why, and what to do.
public struct Diagnostic: Sendable, Hashable {
  /// A further sentence, with a place of its own if it has one.
  public struct Note: Sendable, Hashable {
    public var message: String
    public var range: SourceRange?

    public init(_ message: String, at range: SourceRange? = nil) {
      self.message = message
      self.range = range
    }
  }

  public var code: DiagnosticCode
  public var severity: Severity
  /// A plain sentence without a full stop; it never holds a secret.
  public var message: String
  public var range: SourceRange?
  public var notes: [Note]
  /// What to write or run, a line each.
  public var fix: [String]
  /// True when the line it points at may hold a secret in plain text: reports then leave the line out.
  public var hidesSource: Bool
  /// The address of the resource that a rule speaks about; the message then begins with it, and findings that differ in
  /// it alone are told once in a report for people.
  public var subject: String?

  public init(
    _ code: DiagnosticCode, _ severity: Severity = .error, _ message: String, at range: SourceRange? = nil,
    notes: [Note] = [], fix: [String] = [], hidesSource: Bool = false, subject: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.range = range
    self.notes = notes
    self.fix = fix
    self.hidesSource = hidesSource
    self.subject = subject
  }
}

/// A value together with all that was found on the way to it; nil when there are errors that leave none.
public struct Diagnosed<Value: Sendable>: Sendable {
  public var value: Value?
  public var diagnostics: [Diagnostic]

  public init(_ value: Value?, _ diagnostics: [Diagnostic] = []) {
    self.value = value
    self.diagnostics = diagnostics
  }

  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

extension DiagnosticCode: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}
