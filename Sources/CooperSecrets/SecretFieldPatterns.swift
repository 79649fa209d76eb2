public import CooperModel
internal import CooperSchema

/// The places of all secret fields of a build, from the schema alone: `connections.*.access.secretAccessKey`, ….
public func secretFieldPatterns(_ catalog: Catalog) -> [[String]] {
  var patterns: Set<[String]> = []
  for type in catalog.connectionTypes.values {
    for path in Shape.object(type.settings).secretPaths() { patterns.insert(["connections", "*"] + path) }
    for shape in type.accessMethods.values {
      for path in Shape.object(shape).secretPaths() {
        for block in ["access", "planAccess"] { patterns.insert(["connections", "*", block] + path) }
      }
    }
  }
  for kind in catalog.kinds.values {
    for field in kind.settings {
      for path in field.shape.secretPaths(at: [field.name]) { patterns.insert([kind.section, "*"] + path) }
    }
    for facet in kind.facets {
      for path in facet.shape.secretPaths(at: [facet.name]) { patterns.insert([kind.section, "*"] + path) }
    }
  }
  return patterns.sorted { $0.lexicographicallyPrecedes($1) }
}

/// Whether a field's name fits a pattern, where `*` stands for one name.
public func fits(_ field: String, _ pattern: [String]) -> Bool {
  let parts = field.split(separator: ".", omittingEmptySubsequences: false)
  return parts.count == pattern.count
    && zip(parts, pattern).allSatisfy { part, wanted in wanted == "*" ? !part.isEmpty : part == wanted }
}
