internal import CooperConfig
internal import CooperModel
internal import CooperProvider
internal import CooperSchema

extension FacetComparison {
  /// A field that only the making of the resource gives would have to make it anew: never in place, and never unasked.
  func replacement(_ step: FacetPlan, _ facet: AnyFacet) -> Blocked? {
    guard let before = step.before, let after = step.after else { return nil }
    let fields = replacingFields(from: before, to: after, facet.schema.shape)
    guard !fields.isEmpty else { return nil }
    let copies = kind.schema.holdsData ? "copy the data, " : ""
    return Blocked(
      address: resource.address, facet: facet.name, action: .replace,
      why: fields.map { field in
        "\(facet.name).\(field.path) is \(words(field.before)), and the YAML says \(words(field.after)); \(field.because)"
      } + ["declare the new one under another key, \(copies)then remove the present one"],
      consent: ["removed: { \(resource.address): forget }  # under another key, to let go of \(target.name)"],
      origin: step.origin)
  }

  private func words(_ value: Value?) -> String {
    value.map { $0.string ?? String(decoding: ValueJSON.encode($0, pretty: false), as: UTF8.self) } ?? "not set"
  }
}
