internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Canonical forms of what is desired, by connection and facet: resources of a project share a few values of most facets,
/// so the same ones are asked for again and again.
struct CanonicalForms: Sendable {
  struct Form: Sendable {
    /// Nil when the facet is declared to be cleared, or is not known yet.
    var value: Value?
    /// A part of it is known after apply only.
    var isUnborn = false
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

    private var isWorthwhile: Bool { hits > 0 || forms.count < Self.capacity }

    mutating func form(of written: Value) -> Form? {
      if last.written == written { return last.form }
      guard isWorthwhile, let form = forms[written] else { return nil }
      hits += 1
      last = (written, form)
      return form
    }

    mutating func keep(_ form: Form, of written: Value) {
      last = (written, form)
      if forms.count < Self.capacity { forms[written] = form }
    }
  }

  private var known: [Key: Known] = [:]

  mutating func form(of written: Value, _ facet: AnyFacet, _ site: Site) throws(SchemaMismatch) -> Form {
    let key = Key(connection: site.connection, facet: facet.name)
    let place = known.index(forKey: key)
    if let place, let form = known.values[place].form(of: written) { return form }
    let form: Form
    if written.hasUnknowns {
      form = Form(isUnborn: true)
    } else {
      let canonical = try facet.canonical(written, site)
      form = Form(value: canonical == facet.schema.cleared ? nil : canonical)
    }
    if let place {
      known.values[place].keep(form, of: written)
    } else {
      known[key] = Known(last: (written, form), forms: [written: form])
    }
    return form
  }
}
