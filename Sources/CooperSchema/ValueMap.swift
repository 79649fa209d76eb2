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
  public init(_ unsorted: some Sequence<(String, Value)>) { self.init(Array(unsorted)) }

  /// As above, from what most maps are made of: code that knows the type is several times quicker.
  public init(_ unsorted: [(String, Value)]) {
    pairs = unsorted.map { Pair($0, $1) }
    if Self.isOrdered(pairs) { return }
    if pairs.count <= Self.fewPairs { Self.sortFew(&pairs) } else { Self.sortMany(&pairs) }
    // Both sorts are stable, so that of two with one key the later stands behind.
    for index in pairs.indices.dropFirst().reversed() where byteOrder(pairs[index - 1].key, pairs[index].key) == 0 {
      pairs.remove(at: index - 1)
    }
  }

  /// Up to here shifting pairs into place is quicker than sorting beside them.
  private static let fewPairs = 24

  private static func sortFew(_ pairs: inout [Pair]) {
    pairs.withUnsafeMutableBufferPointer { pairs in
      for index in pairs.indices.dropFirst() {
        var slot = index
        while slot > 0, byteOrder(pairs[slot - 1].key, pairs[slot].key) > 0 {
          pairs.swapAt(slot - 1, slot)
          slot -= 1
        }
      }
    }
  }

  private static func sortMany(_ pairs: inout [Pair]) {
    let sorted = pairs.enumerated().sorted { a, b in
      let order = byteOrder(a.element.key, b.element.key)
      return order == 0 ? a.offset < b.offset : order < 0
    }
    pairs = sorted.map(\.element)
  }

  private static func isOrdered(_ pairs: [Pair]) -> Bool {
    pairs.withUnsafeBufferPointer { pairs in
      pairs.indices.dropFirst().allSatisfy { byteOrder(pairs[$0 - 1].key, pairs[$0].key) < 0 }
    }
  }

  /// Takes pairs that the caller has put in byte order of their keys, each key once.
  init(ordered: [Pair]) { pairs = ordered }

  /// The pairs where they lie: going through them counts no references, which processors that share them wait for.
  func withPairs<Result>(_ body: (UnsafeBufferPointer<Pair>) -> Result) -> Result {
    pairs.withUnsafeBufferPointer(body)
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { pairs.count }
  public subscript(position: Int) -> Pair { pairs[position] }
  public var keys: [String] { pairs.map(\.key) }

  private func slot(_ key: String) -> (index: Int, found: Bool) {
    if let last = pairs.last, byteOrder(last.key, key) < 0 { return (pairs.count, false) }
    var low = 0
    var high = pairs.count
    while low < high {
      let middle = (low + high) / 2
      let order = byteOrder(pairs[middle].key, key)
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
