internal import CooperSchema

extension Shape {
  /// A shape good enough to compare two values of a facet whose schema isn't at hand, e.g. of another provider's plan.
  static func inferred(_ before: Value?, _ after: Value?) -> Shape {
    switch (before?.orNil, after?.orNil) {
    case (.map(let old)?, let new) where new == nil || new?.map != nil: inferred(maps: old, new?.map ?? ValueMap())
    case (nil, .map(let new)?): inferred(maps: ValueMap(), new)
    case (.list(let old)?, let new) where new == nil || new?.list != nil: inferred(lists: old + (new?.list ?? []))
    case (nil, .list(let new)?): inferred(lists: new)
    default: .anything
    }
  }

  private static func inferred(maps old: ValueMap, _ new: ValueMap) -> Shape {
    if old["Statement"]?.list != nil || new["Statement"]?.list != nil { return .document(.iamPolicy) }
    let keys = Set(old.keys).union(new.keys).sorted()
    return .object(
      ObjectShape(
        "", summary: "",
        fields: keys.map { FieldShape($0, inferred(old[$0], new[$0]), summary: "") }))
  }

  private static func inferred(lists elements: [Value]) -> Shape {
    if elements.allSatisfy(\.isScalar) { return .set(.anything, identity: []) }
    let maps = elements.compactMap(\.map)
    guard maps.count == elements.count else { return .list(.anything) }
    return .list(maps.reduce(into: Shape.anything) { shape, map in shape = merged(shape, map) })
  }

  /// The fields of all elements of a list.
  private static func merged(_ shape: Shape, _ map: ValueMap) -> Shape {
    guard case .object(let new) = inferred(maps: ValueMap(), map) else { return shape }
    guard case .object(var old) = shape else { return .object(new) }
    for field in new.fields where old[field.name] == nil { old.fields.append(field) }
    return .object(old)
  }
}

extension Value {
  fileprivate var orNil: Value? { self == .null ? nil : self }
}
