internal import CooperModel
public import CooperSchema

extension AnyFacet {
  /// What was observed, without what the provider fills in and `desired` does not ask for.
  ///
  /// Fields with `Presence.providerDefault` are compared only if the YAML gives them; writes carry them through. A secret
  /// is never shown by a provider: its field counts as what `desired` refers to, and fingerprints tell whether it changed.
  public func comparable(_ observed: Value, to desired: Value?, on target: Target) -> Value {
    guard let desired else { return observed }
    return schema.shape.comparable(align(observed, desired, target), to: desired)
  }
}

extension Shape {
  fileprivate func comparable(_ observed: Value, to desired: Value) -> Value {
    switch (self, observed, desired) {
    case (.object(let object), .map(var map), .map(let wanted)):
      for field in object.fields {
        if case .secret = field.shape {
          map[field.name] = wanted[field.name]
          continue
        }
        guard let value = map[field.name] else { continue }
        if let other = wanted[field.name] {
          map[field.name] = field.shape.comparable(value, to: other)
        } else if case .providerDefault = field.presence {
          map[field.name] = nil
        }
      }
      return .map(map)
    case (.map(let element, _), .map(var map), .map(let wanted)):
      for key in map.keys {
        guard let value = map[key], let other = wanted[key] else { continue }
        map[key] = element.comparable(value, to: other)
      }
      return .map(map)
    case (.either(_, let long), .map, .map): return long.comparable(observed, to: desired)
    default: return observed
    }
  }
}
