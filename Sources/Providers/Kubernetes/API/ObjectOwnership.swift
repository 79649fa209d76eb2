import CooperSchema

/// Which fields of an object are whose (Kubernetes documentation, "Server-Side Apply": managedFields).
struct ObjectOwnership {
  /// Trees of keys such as `f:spec`, of those entries that the manager applied.
  private let applied: [Value]

  init(_ object: Value, manager: String) {
    applied = (object["metadata"]?["managedFields"]?.list ?? []).compactMap { entry in
      entry["manager"]?.string == manager && entry["operation"]?.string == "Apply" ? entry["fieldsV1"] : nil
    }
  }

  /// True when the manager applied anything of it.
  var holdsAny: Bool { !applied.isEmpty }

  /// Any manager that wrote a path, by apply or otherwise.
  static func owner(of path: [String], in object: Value) -> String? {
    (object["metadata"]?["managedFields"]?.list ?? []).lazy.compactMap { entry -> String? in
      var tree = entry["fieldsV1"]
      for step in path { tree = tree?["f:" + step] }
      return tree == nil ? nil : entry["manager"]?.string
    }.first
  }

  func holds(_ path: [String]) -> Bool { tree(at: path) != nil }

  private func tree(at path: [String]) -> Value? {
    for start in applied {
      var tree: Value? = start
      for step in path { tree = tree?["f:" + step] }
      if let tree { return tree }
    }
    return nil
  }

  /// The part of a value at a path that the manager applied or that `desired` speaks of: what others wrote beside it is
  /// theirs, and neither compared nor taken away.
  func own(_ value: Value?, at path: [String], desired: Value?) -> Value? {
    guard let value else { return nil }
    return Self.part(of: value, tree(at: path), desired)
  }

  private static func part(of value: Value, _ tree: Value?, _ desired: Value?) -> Value? {
    guard tree != nil || desired != nil else { return nil }
    guard case .map(let map) = value else { return value }
    // A map that is owned as one has no keys beneath.
    let members = tree?.map?.contains { $0.key.hasPrefix("f:") } ?? false
    if tree != nil, !members, desired == nil { return value }
    var part = ValueMap()
    for pair in map {
      part[pair.key] = Self.part(of: pair.value, tree?["f:" + pair.key], desired?[pair.key])
    }
    return .map(part)
  }
}
