internal import CooperModel

/// Why a document can't be made, in words for whoever asked for it.
public struct DocumentProblem: Error, Sendable, Hashable {
  /// Entry of the catalogue.
  public var code: String
  public var message: String
  public var fix: String

  public init(_ code: String, _ message: String, fix: String) {
    self.code = code
    self.message = message
    self.fix = fix
  }

  static func wrongSource(_ form: DocumentForm, _ address: Address) -> DocumentProblem {
    DocumentProblem(
      "DOC0001", "\(form.rawValue) can't be made of \(address)",
      fix: "it is made of an address in " + form.sections.sorted().joined(separator: ", "))
  }

  static func bornInApply(_ output: String) -> DocumentProblem {
    let address = output.split(separator: ".").prefix(2).joined(separator: ".")
    return DocumentProblem(
      "DOC0002", "\(output) is known after apply, and no state has it",
      fix: "run  cooper apply  first, so that \(address) is made and its outputs are recorded")
  }

  static func lacking(_ address: Address, _ what: String, fix: String) -> DocumentProblem {
    DocumentProblem("DOC0003", "\(address) has no \(what)", fix: fix)
  }

  static func unfit(_ form: DocumentForm, _ address: Address, _ reason: String, fix: String) -> DocumentProblem {
    DocumentProblem("DOC0004", "\(form.rawValue) can't be made of \(address): \(reason)", fix: fix)
  }

  static func unfitSecret(_ slot: DocumentSlot, _ reason: String) -> DocumentProblem {
    DocumentProblem(
      "DOC0005", "\(slot.label) can't stand in the document: \(reason)", fix: "correct what the reference leads to")
  }

  /// VL-04 and its neighbours.
  static func veleroConfig(_ address: Address, _ reason: String, fix: String) -> DocumentProblem {
    DocumentProblem("DOC0006", "\(address): \(reason)", fix: fix)
  }
}
