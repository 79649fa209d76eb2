/// A field that differs although its resource was made with it.
public struct ReplacingField: Sendable, Hashable {
  /// Keys, joined with dots.
  public var path: String
  public var before: Value?
  public var after: Value?
  public var because: String
}

/// The fields declared `.replaces` in which two values differ, in the order of their shape.
///
/// Where elements of lists are others or elsewhere, they are no longer the same things, so lists are not looked into.
public func replacingFields(from before: Value, to after: Value, _ shape: Shape, at path: [String] = [])
  -> [ReplacingField]
{
  switch (shape, before, after) {
  case (.either(let scalar, let long), _, _):
    guard before.isComposite == after.isComposite else { return [] }
    return replacingFields(from: before, to: after, before.isComposite ? long : scalar, at: path)
  case (.map(let element, _), .map(let old), .map(let new)):
    return old.flatMap { pair in
      new[pair.key].map { replacingFields(from: pair.value, to: $0, element, at: path + [pair.key]) } ?? []
    }
  case (.object(let object), .map(let old), .map(let new)):
    return object.fields.flatMap { field -> [ReplacingField] in
      let (was, shall) = (field.standing(in: old), field.standing(in: new))
      let here = path + [field.name]
      guard case .replaces(let because) = field.mutability else {
        guard let was, let shall else { return [] }
        return replacingFields(from: was, to: shall, field.shape, at: here)
      }
      if was == shall || (shall?.hasUnknowns ?? false) { return [] }
      return [ReplacingField(path: here.joined(separator: "."), before: was, after: shall, because: because)]
    }
  default: return []
  }
}

extension FieldShape {
  /// What stands there, a default included; null is nothing.
  fileprivate func standing(in map: ValueMap) -> Value? {
    if let value = map[name], value != .null { return value }
    if case .defaulted(let value) = presence { return value }
    return nil
  }
}
