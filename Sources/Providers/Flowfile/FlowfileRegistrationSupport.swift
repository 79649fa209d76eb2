internal import CooperModel
internal import CooperSchema

/// A cloud connection of Flowfile (FF-01).
enum FlowfileRegistrationSupport {
  static let support = KindSupport(facets: [:], settings: Set(Registration.schema.settings.map(\.name)))
}
