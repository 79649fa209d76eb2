/// Brings a value into the one spelling its shape has: sets in the order of their identity, durations, sizes and
/// instants in canonical text, foreign documents in their canonical form, defaults filled in, nulls dropped.
///
/// Idempotent. What does not fit the shape is left as it is.
public func canonical(_ value: Value, _ shape: Shape) -> Value {
  switch (shape, value) {
  case (_, .unknown), (.secret, _), (.anything, _): return value
  case (.duration, .string(let text)): return TimeSpan(text)?.value ?? value
  case (.size, .string(let text)): return ByteSize(text)?.value ?? value
  case (.size, .integer(let bytes)) where bytes >= 0: return ByteSize(bytes: bytes).value
  case (.instant, .string(let text)): return Instant(text)?.value ?? value
  case (.number, .number(let number)):
    // A whole number has one spelling, whichever way it came.
    return Int64(exactly: number).map { .integer($0) } ?? value
  case (.list(let element), .list(let elements)): return .list(elements.map { canonical($0, element) })
  case (.set(let element, let identity), .list(let elements)):
    return .list(orderedSet(elements.map { canonical($0, element) }, identity: identity))
  case (.map(let element, _), .map(let map)):
    return .map(ValueMap(map.compactMap { $0.value == .null ? nil : ($0.key, canonical($0.value, element)) }))
  case (.object(let object), .map(let map)): return .map(canonical(map, object))
  case (.either(let scalar, let long), _):
    switch value {
    case .list, .map: return canonical(value, long)
    default: return canonical(value, scalar)
    }
  case (.document(let dialect), _): return CanonicalDocument.canonical(value, dialect)
  default: return value
  }
}

private func canonical(_ map: ValueMap, _ object: ObjectShape) -> ValueMap {
  var pairs: [(String, Value)] = []
  for pair in map where pair.value != .null {
    pairs.append((pair.key, object[pair.key].map { canonical(pair.value, $0.shape) } ?? pair.value))
  }
  for field in object.fields {
    if case .defaulted(let value) = field.presence, map[field.name] == nil || map[field.name] == .null {
      pairs.append((field.name, canonical(value, field.shape)))
    }
  }
  return ValueMap(pairs)
}

/// The part of a set's element that tells it from the others: its identity fields, or all of it when there are none.
func setIdentity(of element: Value, _ identity: [String]) -> Value {
  guard !identity.isEmpty, let map = element.map else { return element }
  return .map(ValueMap(identity.compactMap { name in map[name].map { (name, $0) } }))
}

/// Sorts by identity, then by content, and drops what stands there twice.
func orderedSet(_ elements: [Value], identity: [String]) -> [Value] {
  guard elements.count > 1 else { return elements }
  let texts = elements.compactMap(\.string)
  if texts.count == elements.count { return orderedTexts(texts) }
  let keyed = elements.map { element in
    (
      identity: ValueJSON.encode(setIdentity(of: element, identity), pretty: false),
      content: identity.isEmpty ? [] : ValueJSON.encode(element, pretty: false), element: element
    )
  }
  let sorted = keyed.sorted { a, b in
    a.identity == b.identity
      ? a.content.lexicographicallyPrecedes(b.content) : a.identity.lexicographicallyPrecedes(b.identity)
  }
  var result: [Value] = []
  for entry in sorted where result.last != entry.element { result.append(entry.element) }
  return result
}

private func orderedTexts(_ texts: [String]) -> [Value] {
  var result: [Value] = []
  result.reserveCapacity(texts.count)
  var last: String?
  for text in texts.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where text != last {
    result.append(.string(text))
    last = text
  }
  return result
}
