/// Finds comments (`comment-N`) by searching lines, and says where each stands in words that formatting must not change.
enum CommentPlaces {
  /// Comments that are lost, doubled, or no longer beside a word that they stood beside.
  static func moved(_ old: String, _ new: String) -> [String] {
    let before = places(old)
    let after = places(new)
    var found: [String] = []
    for (name, neighbours) in before {
      guard let now = after[name] else {
        found.append("\(name) is lost")
        continue
      }
      if now.count > 1 { found.append("\(name) stands \(now.count) times") }
      if neighbours.count == 1, neighbours[0].isDisjoint(with: now[0]) {
        found.append("\(name) stood beside \(neighbours[0].sorted()), now beside \(now[0].sorted())")
      }
    }
    return found + after.keys.filter { before[$0] == nil }.map { "\($0) is new" }
  }

  /// For each comment the keys and marks of the lines next to it that hold something: on its own line if it isn't alone
  /// there, else above and below.
  private static func places(_ text: String) -> [String: [Set<String>]] {
    let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    var found: [String: [Set<String>]] = [:]
    for (index, line) in lines.enumerated() {
      guard let mark = line.firstRange(of: "comment-") else { continue }
      let name = "comment-" + line[mark.upperBound...].prefix { $0.isNumber }
      let content = line[..<mark.lowerBound].filter { $0 != "#" }
      var words = Self.words(String(content))
      if line.hasPrefix("---") { words.insert("(document)") }
      // A comment may end a line or stand above it: both are beside what that line says.
      words.formUnion(near(lines, index, -1))
      words.formUnion(opening(lines, index, content))
      words.formUnion(parent(lines, index))
      words.formUnion(near(lines, index, 1))
      found[name, default: []].append(words)
    }
    return found
  }

  /// The line whose bracket a line closes: a comment behind the closing bracket belongs to what begins there.
  private static func opening(_ lines: [String], _ index: Int, _ content: String) -> Set<String> {
    var depth = 0
    for line in lines[...index].reversed() {
      let text = line.firstIndex(of: "#").map { line[..<$0] } ?? line[...]
      depth += text.filter { "}]".contains($0) }.count - text.filter { "{[".contains($0) }.count
      if depth <= 0 { return content.contains { "}]".contains($0) } ? words(String(text)) : [] }
    }
    return []
  }

  /// The key of the block that a comment stands in, for comments at the end of a block.
  private static func parent(_ lines: [String], _ index: Int) -> Set<String> {
    let column = lines[index].prefix { $0 == " " }.count
    let above = lines[..<index].last { line in
      let text = line.firstIndex(of: "#").map { line[..<$0] } ?? line[...]
      return !words(String(text)).isEmpty && line.prefix { $0 == " " }.count < column
    }
    return above.map { words($0) } ?? []
  }

  private static func near(_ lines: [String], _ index: Int, _ step: Int) -> Set<String> {
    var found: Set<String> = []
    var index = index + step
    while lines.indices.contains(index) {
      let line = lines[index]
      let content = line.firstIndex(of: "#").map { String(line[..<$0]) } ?? line
      if line.hasPrefix("---") { return found.union(["(document)", "(end)"]) }
      if step < 0 { found.formUnion(opening(lines, index, content)) }
      let words = words(content)
      if !words.isEmpty { return found.union(words) }
      index += step
    }
    return found.union([step < 0 ? "(top)" : "(end)"])
  }

  private static func words(_ text: String) -> Set<String> {
    Set(text.split { " \t:,[]{}\"'-|>+".contains($0) }.map(String.init))
  }
}
