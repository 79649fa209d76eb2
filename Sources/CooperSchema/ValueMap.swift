/// A map whose keys are always in byte order, so that equal maps have equal text and equal digests.
public struct ValueMap: Sendable, Hashable, RandomAccessCollection {
  public struct Pair: Sendable, Hashable {
    public var key: String
    public var value: Value

    public init(_ key: String, _ value: Value) {
      self.key = key
      self.value = value
    }
  }

  private var pairs: [Pair]

  public init() { pairs = [] }

  /// Takes pairs in any order; of two with one key the later wins.
  public init(_ unsorted: some Sequence<(String, Value)>) {
    pairs = unsorted.map { Pair($0, $1) }
    guard !Self.isOrdered(pairs) else { return }
    let sorted = pairs.enumerated().sorted { a, b in
      let order = compare(a.element.key, b.element.key)
      return order == 0 ? a.offset < b.offset : order < 0
    }
    pairs.removeAll(keepingCapacity: true)
    for (_, pair) in sorted {
      if let last = pairs.last, compare(last.key, pair.key) == 0 { pairs.removeLast() }
      pairs.append(pair)
    }
  }

  private static func isOrdered(_ pairs: [Pair]) -> Bool {
    for index in pairs.indices.dropFirst() where compare(pairs[index - 1].key, pairs[index].key) >= 0 { return false }
    return true
  }

  /// Takes pairs that the caller has put in byte order of their keys, each key once.
  init(ordered: [Pair]) { pairs = ordered }

  public var startIndex: Int { 0 }
  public var endIndex: Int { pairs.count }
  public subscript(position: Int) -> Pair { pairs[position] }
  public var keys: [String] { pairs.map(\.key) }

  private func slot(_ key: String) -> (index: Int, found: Bool) {
    if let last = pairs.last, compare(last.key, key) < 0 { return (pairs.count, false) }
    var low = 0
    var high = pairs.count
    while low < high {
      let middle = (low + high) / 2
      let order = compare(pairs[middle].key, key)
      if order == 0 { return (middle, true) }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return (low, false)
  }

  /// Setting nil removes the key.
  public subscript(key: String) -> Value? {
    get {
      let (index, found) = slot(key)
      return found ? pairs[index].value : nil
    }
    set {
      let (index, found) = slot(key)
      switch (newValue, found) {
      case (let value?, true): pairs[index].value = value
      case (let value?, false): pairs.insert(Pair(key, value), at: index)
      case (nil, true): pairs.remove(at: index)
      case (nil, false): break
      }
    }
  }
}

extension ValueMap: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral pairs: (String, Value)...) { self.init(pairs) }
}

/// Byte order of two texts: negative, zero or positive; a plain loop, because maps are searched all the time.
private func compare(_ a: String, _ b: String) -> Int {
  let known = a.utf8.withContiguousStorageIfAvailable { a in
    b.utf8.withContiguousStorageIfAvailable { b in
      for index in 0..<min(a.count, b.count) where a[index] != b[index] { return a[index] < b[index] ? -1 : 1 }
      return a.count - b.count
    }
  }
  if let known, let order = known { return order }
  return a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : a.utf8.elementsEqual(b.utf8) ? 0 : 1
}
