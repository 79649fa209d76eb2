internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Canonical forms of what is desired, by connection and facet: resources of a project share a few values of most facets,
/// so the same ones are asked for again and again.
struct CanonicalForms: Sendable {
  struct Form: Sendable {
    /// Nil when the facet is declared to be cleared.
    var value: Value?
  }

  private struct Key: Hashable {
    var connection: String
    var facet: String
  }

  /// What is known of one facet. Where every resource has a value of its own (policies name their bucket), it keeps no
  /// more than the last one after a while.
  private struct Known {
    /// More different values than this aren't kept.
    static let capacity = 32

    var last: (written: Value, form: Form)
    var forms: [Value: Form] = [:]
    var hits = 0
    var isWorthwhile: Bool { hits > 0 || forms.count < Self.capacity }
  }

  private var known: [Key: Known] = [:]

  mutating func form(of written: Value, _ facet: AnyFacet, _ site: Site) throws(SchemaMismatch) -> Form {
    let key = Key(connection: site.connection, facet: facet.name)
    if let last = known[key]?.last, last.written == written { return last.form }
    if let found = known[key], found.isWorthwhile, let form = found.forms[written] {
      known[key]?.hits += 1
      known[key]?.last = (written, form)
      return form
    }
    let canonical = try facet.canonical(written, site)
    let form = Form(value: canonical == facet.schema.cleared ? nil : canonical)
    known[key, default: Known(last: (written, form))].last = (written, form)
    if let found = known[key], found.forms.count < Known.capacity { known[key]?.forms[written] = form }
    return form
  }
}
