/// The canonical order of the keys in a tree of mappings; the schema of a language makes one.
public struct MappingOrder: Sendable {
  /// What is known of a mapping while its keys are being ordered.
  public struct Mapping: Sendable {
    public var keys: [String]
    /// The text under a key, where it is a scalar.
    public var texts: [String: String]

    public init(keys: [String], texts: [String: String]) {
      self.keys = keys
      self.texts = texts
    }
  }

  /// A place for each key, equal places keep the author's order; nil where the whole order is the author's.
  public var places: @Sendable (Mapping) -> [Int]?
  /// The order within the value of a key.
  public var within: @Sendable (String, Mapping) -> MappingOrder
  /// The order within each element of a list.
  public var element: @Sendable () -> MappingOrder

  public init(
    places: @escaping @Sendable (Mapping) -> [Int]?, within: @escaping @Sendable (String, Mapping) -> MappingOrder,
    element: @escaping @Sendable () -> MappingOrder
  ) {
    self.places = places
    self.within = within
    self.element = element
  }

  /// All keys stay where their author put them.
  public static let authors: MappingOrder = MappingOrder(
    places: { _ in nil }, within: { _, _ in MappingOrder.authors }, element: { MappingOrder.authors })
}
