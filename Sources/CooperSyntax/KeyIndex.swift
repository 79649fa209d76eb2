internal import CooperDiagnostics

/// Finds keys that a mapping already holds: by comparison while it is small, by hash from then on.
struct KeyIndex {
  private var places: [String: Int] = [:]
  private static let smallMapping = 12

  /// Returns the index of the entry that already has this key; otherwise expects the caller to append one.
  mutating func insert(_ key: String, in entries: [SyntaxNode.Entry]) -> Int? {
    if entries.count < Self.smallMapping {
      return entries.firstIndex { $0.key == key }
    }
    // Entries appended since the last call (the value of a faulty key never is) are indexed here.
    if places.count < entries.count {
      for place in places.count..<entries.count { places[entries[place].key] = place }
    }
    return places[key]
  }
}
