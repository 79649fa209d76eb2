internal import CooperDiagnostics
internal import CooperModel

/// Where several things could make a resource, exactly one of them is written.
enum OneMaker: ConfigurationRule {
  static let name = "one-maker"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .oneMaker, "Nothing makes the bucket, or two things do",
      "In a cluster a bucket is made by Cozystack or by a COSI driver; the block says which, and in which namespace.",
      fix: "Write one of cozystack and cosi.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.configuration.resources.compactMap { resource in
      guard let makers = context.connectionType(of: resource)?.support[resource.address.section]?.makers,
        !makers.isEmpty, resource.origin == .managed
      else { return nil }
      let written = makers.compactMap { resource.facet($0) }
      return written.count == 1 ? nil : .makers(makers, written, resource)
    }
  }
}

extension DiagnosticCode {
  static let oneMaker = DiagnosticCode("RUL0021")
}

extension Diagnostic {
  fileprivate static func makers(
    _ makers: [String], _ written: [FacetDeclaration], _ resource: ResourceDeclaration
  ) -> Diagnostic {
    let names = makers.joined(separator: " or ")
    guard let first = written.first else {
      return Diagnostic(
        .oneMaker, .error, "\(resource.address) does not say what makes it", at: resource.range,
        fix: ["write  \(names)   at it"])
    }
    return Diagnostic(
      .oneMaker, .error, "\(resource.address) would be made twice", at: written.last?.range,
      notes: [Note("made by \(first.name) already", at: first.range)], fix: ["keep one:  \(names)"])
  }
}
