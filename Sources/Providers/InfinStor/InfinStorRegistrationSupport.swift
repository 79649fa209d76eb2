internal import CooperModel
internal import CooperSchema

/// A bucket in InfinStor's table (IS-02).
enum InfinStorRegistrationSupport {
  static let support = KindSupport(facets: [:], settings: Set(Registration.schema.settings.map(\.name)))
}
