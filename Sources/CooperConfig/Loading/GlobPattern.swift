/// A path with `*`, `?` and `**` as in `buckets/*.yaml`; wildcards never match a leading dot.
struct GlobPattern: Sendable {
  enum Refusal: Error { case absolute, climbs, empty }

  let parts: [String]

  init(_ text: String) throws(Refusal) {
    guard !text.hasPrefix("/") else { throw .absolute }
    let parts = text.split(separator: "/").map(String.init).filter { $0 != "." }
    guard !parts.contains("..") else { throw .climbs }
    guard !parts.isEmpty else { throw .empty }
    self.parts = parts
  }

  var isLiteral: Bool { !parts.contains { $0.contains("*") || $0.contains("?") } }

  /// Lists the files that match, sorted by path in byte order.
  func files(in project: any ProjectFiles) -> [String] {
    var found: Set<String> = []
    walk("", 0, project, &found, depth: 0)
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Links may make a directory its own descendant; no project is this deep.
  private static let depthLimit = 32

  private func walk(
    _ directory: String, _ part: Int, _ project: any ProjectFiles, _ found: inout Set<String>, depth: Int
  ) {
    guard depth <= Self.depthLimit, let entries = try? project.entries(of: directory) else { return }
    let pattern = parts[part]
    let isLast = part == parts.count - 1
    if pattern == "**" {
      if !isLast { walk(directory, part + 1, project, &found, depth: depth + 1) }
      for entry in entries where !entry.name.hasPrefix(".") {
        let path = directory.isEmpty ? entry.name : directory + "/" + entry.name
        if entry.isDirectory {
          walk(path, part, project, &found, depth: depth + 1)
        } else if isLast {
          found.insert(path)
        }
      }
      return
    }
    for entry in entries where Self.matches(entry.name, pattern) {
      let path = directory.isEmpty ? entry.name : directory + "/" + entry.name
      if isLast {
        if !entry.isDirectory { found.insert(path) }
      } else if entry.isDirectory {
        walk(path, part + 1, project, &found, depth: depth + 1)
      }
    }
  }

  static func matches(_ name: String, _ pattern: String) -> Bool {
    if name.hasPrefix("."), !pattern.hasPrefix(".") { return false }
    let text = Array(name.unicodeScalars)
    let rule = Array(pattern.unicodeScalars)
    // The last star is widened when a later part fails, which is enough for patterns without alternatives.
    var at = 0
    var rulePlace = 0
    var star: (rule: Int, text: Int)?
    while at < text.count {
      if rulePlace < rule.count, rule[rulePlace] == "*" {
        star = (rulePlace, at)
        rulePlace += 1
      } else if rulePlace < rule.count, rule[rulePlace] == "?" || rule[rulePlace] == text[at] {
        rulePlace += 1
        at += 1
      } else if let last = star {
        star = (last.rule, last.text + 1)
        rulePlace = last.rule + 1
        at = last.text + 1
      } else {
        return false
      }
    }
    return rule[rulePlace...].allSatisfy { $0 == "*" }
  }
}
