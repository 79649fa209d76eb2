/// What differs between two values of one shape, at the finest place that the shape can name.
public indirect enum ValueDiff: Sendable, Hashable {
  /// A part of a value and what became of it.
  public struct Entry: Sendable, Hashable {
    public var step: PathStep
    public var diff: ValueDiff

    public init(_ step: PathStep, _ diff: ValueDiff) {
      self.step = step
      self.diff = diff
    }
  }

  case unchanged(Value?)
  case added(Value)
  case removed(Value)
  case changed(before: Value, after: Value)
  /// Fields in the order of the shape.
  case object([Entry])
  /// Elements in order; the steps count from 0 on the side that has the element, `after` first.
  case list([Entry])
  /// Elements paired by their identity.
  case set([Entry])
  /// Entries paired by key.
  case map([Entry])
  /// A foreign document: statements paired by Sid, and inside them each element of a list on its own.
  case document([Entry])

  /// Compares canonical forms; `after` is the desired side.
  ///
  /// A field that the provider fills in is compared only where `after` gives it, and a read-only field never.
  public init(before: Value?, after: Value?, shape: Shape) {
    if before == after {
      self = .unchanged(after)
      return
    }
    self = Self.difference(
      before.flatMap { $0 == .null ? nil : canonical($0, shape) },
      after.flatMap { $0 == .null ? nil : canonical($0, shape) }, shape)
  }

  /// True when nothing differs.
  public var isUnchanged: Bool { if case .unchanged = self { true } else { false } }

  /// The parts of a composite value; nil for a leaf.
  public var entries: [Entry]? {
    switch self {
    case .object(let entries), .list(let entries), .set(let entries), .map(let entries), .document(let entries): entries
    default: nil
    }
  }
}

/// One step from a value to a part of it.
public enum PathStep: Sendable, Hashable, CustomStringConvertible {
  case field(String)
  case key(String)
  /// Counts from 0.
  case index(Int)
  /// The identity of a set's element, e.g. its text or `Sid TLSOnly`.
  case element(String)

  /// As people read it: entries of a list count from 1.
  public var description: String {
    switch self {
    case .field(let name), .key(let name), .element(let name): name
    case .index(let index): String(index + 1)
    }
  }
}

extension ValueDiff {
  /// Both values are canonical.
  static func difference(_ before: Value?, _ after: Value?, _ shape: Shape) -> ValueDiff {
    if before == after { return .unchanged(after) }
    guard let before else { return after.map { .added($0) } ?? .unchanged(nil) }
    guard let after else { return .removed(before) }
    switch (shape, before, after) {
    case (.object(let object), .map(let before), .map(let after)): return fields(before, after, object)
    case (.map(let element, _), .map(let before), .map(let after)):
      return composite(
        union(before, after).map { Entry(.key($0), difference(before[$0], after[$0], element)) }, .map(after), Self.map)
    case (.list(let element), .list(let before), .list(let after)):
      return composite(elements(before, after, element), .list(after), Self.list)
    case (.set(let element, let identity), .list(let before), .list(let after)):
      return composite(members(before, after, element, identity), .list(after), Self.set)
    case (.either(let scalar, let long), _, _):
      switch (before.isComposite, after.isComposite) {
      case (true, true): return difference(before, after, long)
      case (false, false): return difference(before, after, scalar)
      default: return .changed(before: before, after: after)
      }
    case (.document, .map(let before), .map(let after)): return document(before, after)
    default: return .changed(before: before, after: after)
    }
  }

  private static func fields(_ before: ValueMap, _ after: ValueMap, _ object: ObjectShape) -> ValueDiff {
    var entries: [Entry] = []
    for field in object.fields {
      let (old, new) = (before[field.name], after[field.name])
      if old == nil, new == nil { continue }
      switch field.presence {
      case .readOnly: entries.append(Entry(.field(field.name), .unchanged(old ?? new)))
      case .providerDefault where new == nil: entries.append(Entry(.field(field.name), .unchanged(old)))
      default: entries.append(Entry(.field(field.name), difference(old, new, field.shape)))
      }
    }
    // Keys the shape does not know, e.g. of a later version, differ as a whole.
    for key in union(before, after) where object[key] == nil {
      entries.append(Entry(.field(key), difference(before[key], after[key], .anything)))
    }
    return composite(entries, .map(after), Self.object)
  }

  /// Parts that are all unchanged, as read-only fields may be while the values differ, make no difference.
  static func composite(_ entries: [Entry], _ after: Value, _ make: ([Entry]) -> ValueDiff) -> ValueDiff {
    entries.allSatisfy(\.diff.isUnchanged) ? .unchanged(after) : make(entries)
  }

  private static func members(
    _ before: [Value], _ after: [Value], _ element: Shape, _ identity: [String]
  ) -> [Entry] {
    var unmatched: [Value: Value] = [:]
    for value in before { unmatched[setIdentity(of: value, identity)] = value }
    var entries = after.map { value in
      let key = setIdentity(of: value, identity)
      return Entry(.element(key.label), difference(unmatched.removeValue(forKey: key), value, element))
    }
    for value in before {
      let key = setIdentity(of: value, identity)
      if unmatched.removeValue(forKey: key) != nil { entries.append(Entry(.element(key.label), .removed(value))) }
    }
    return entries
  }

  /// Pairs what is equal first, then what is most alike between two equal ones, so that an insertion is one entry.
  static func elements(_ before: [Value], _ after: [Value], _ element: Shape) -> [Entry] {
    alignment(before, after).map { pair in
      switch pair {
      case (let old?, let new?): Entry(.index(new), difference(before[old], after[new], element))
      case (nil, let new?): Entry(.index(new), .added(after[new]))
      case (let old?, nil): Entry(.index(old), .removed(before[old]))
      case (nil, nil): Entry(.index(0), .unchanged(nil))
      }
    }
  }

  /// The keys of both maps in byte order.
  static func union(_ before: ValueMap, _ after: ValueMap) -> [String] {
    var keys = before.keys
    for key in after.keys where before[key] == nil { keys.append(key) }
    return keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

extension Value {
  var isComposite: Bool {
    switch self {
    case .list, .map: true
    default: false
    }
  }

  /// A short name for an identity: the text itself, or the identity fields' texts joined.
  var label: String {
    switch self {
    case .string(let text): text
    case .map(let map): map.map(\.value.label).joined(separator: " ")
    case .list(let elements): elements.map(\.label).joined(separator: ", ")
    default: String(decoding: ValueJSON.encode(self, pretty: false), as: UTF8.self)
    }
  }
}
