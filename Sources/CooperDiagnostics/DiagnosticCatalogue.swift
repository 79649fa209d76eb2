/// What `cooper explain CODE` says about a diagnostic code.
public struct CatalogueEntry: Sendable, Hashable {
  public let code: DiagnosticCode
  /// The finding in a few words.
  public let title: String
  /// Why it is a finding, in a sentence or more.
  public let explanation: String
  /// What to do about it.
  public let fix: String

  public init(_ code: DiagnosticCode, _ title: String, _ explanation: String, fix: String) {
    self.code = code
    self.title = title
    self.explanation = explanation
    self.fix = fix
  }
}

/// The entries of all rooms together; each room keeps its own in a static array.
public struct DiagnosticCatalogue: Sendable {
  /// All entries by code; of two with one code the first counts.
  public let entries: [CatalogueEntry]
  /// Codes that more than one entry claims, for a test to find.
  public let duplicates: [DiagnosticCode]

  public init(_ rooms: [CatalogueEntry]...) {
    var seen: Set<DiagnosticCode> = []
    var duplicates: [DiagnosticCode] = []
    entries = rooms.joined().filter { entry in
      let isNew = seen.insert(entry.code).inserted
      if !isNew { duplicates.append(entry.code) }
      return isNew
    }.sorted { $0.code < $1.code }
    self.duplicates = duplicates
  }

  /// Finds a code in any case.
  public subscript(code: String) -> CatalogueEntry? {
    let wanted = code.uppercased()
    return entries.first { $0.code.text == wanted }
  }

  /// Returns the code that was likely meant by one that isn't there.
  public func closest(to code: String) -> String? { closestMatch(to: code, in: entries.lazy.map(\.code.text)) }
}

extension CatalogueEntry {
  /// Renders the entry for a person, 80 columns wide.
  public var page: String {
    var lines = ["\(code): \(title)", ""]
    lines += wrap(explanation, width: 78).map { "  " + $0 }
    lines.append("")
    lines += wrap("Fix: " + fix, width: 78).map { "  " + $0 }
    return lines.joined(separator: "\n") + "\n"
  }
}
