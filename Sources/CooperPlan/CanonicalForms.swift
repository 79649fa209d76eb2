internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Canonical forms of what is desired, the last one by connection and facet: resources of one profile share their
/// values, so the same one is asked for again and again.
struct CanonicalForms: Sendable {
  struct Form: Sendable {
    /// Nil when the facet is declared to be cleared.
    var value: Value?
  }

  private struct Key: Hashable {
    var connection: String
    var facet: String
  }

  private var last: [Key: (written: Value, form: Form)] = [:]

  mutating func form(of written: Value, _ facet: AnyFacet, _ site: Site) throws(SchemaMismatch) -> Form {
    let key = Key(connection: site.connection, facet: facet.name)
    if let known = last[key], known.written == written { return known.form }
    let canonical = try facet.canonical(written, site)
    let form = Form(value: canonical == facet.schema.cleared ? nil : canonical)
    last[key] = (written, form)
    return form
  }
}
