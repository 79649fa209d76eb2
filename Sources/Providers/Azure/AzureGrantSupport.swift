internal import CooperModel
internal import CooperSchema

/// Role assignments on a container or an account (FB-33).
enum AzureGrantSupport {
  static let support = KindSupport(facets: [:], settings: Set(Grant.schema.settings.map(\.name)))
}
