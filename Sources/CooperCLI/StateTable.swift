internal import CooperModel
internal import CooperSchema
internal import CooperState

/// What is recorded, for a person.
enum StateTable {
  /// A header and a line for each resource, in address order, in columns as wide as they need.
  static func render(_ snapshot: StateSnapshot) -> String {
    let environment = snapshot.environment.map { " [\($0)]" } ?? ""
    let count = snapshot.resources.count
    let head = "\(snapshot.project)\(environment)  state #\(snapshot.serial)  \(count) resource\(count == 1 ? "" : "s")"
    guard count > 0 else { return head }
    var rows = [["address", "name", "connection", "region", "facets", ""]]
    for (address, entry) in snapshot.resources.sorted(by: { $0.key < $1.key }) {
      rows.append([
        address.description, entry.identity.name, entry.connection, entry.region ?? "-",
        entry.facets.isEmpty ? "-" : entry.facets.keys.sorted().joined(separator: ","), remark(entry),
      ])
    }
    return head + "\n\n" + columns(rows)
  }

  /// One entry with everything that is known of it.
  static func render(_ address: Address, _ entry: RecordedResource) -> String {
    var rows: [[String]] = [
      ["kind", entry.kind], ["name", entry.identity.name], ["endpoint", entry.identity.endpoint],
    ]
    if let account = entry.identity.account { rows.append(["account", account]) }
    rows.append(["connection", entry.connection])
    if let region = entry.region { rows.append(["region", region]) }
    rows.append(["origin", entry.origin.rawValue])
    rows.append(["status", entry.status.rawValue])
    rows.append(["deletion", entry.deletion.rawValue])
    if let place = entry.declaredAt { rows.append(["declared at", place]) }
    for pair in entry.settings { rows.append([pair.key, inline(pair.value)]) }
    var text = address.description + "\n" + columns(rows.map { ["  " + $0[0], $0[1]] })
    if !entry.outputs.isEmpty {
      text += "\n  outputs\n" + columns(entry.outputs.map { ["    " + $0.key, inline($0.value)] })
    }
    for (name, facet) in entry.facets.sorted(by: { $0.key < $1.key }) {
      guard let value = facet.value else {
        text += "\n  \(name)  managed and empty"
        continue
      }
      switch value {
      case .map, .list:
        let lines = String(decoding: ValueJSON.encode(value, pretty: true), as: UTF8.self).split(separator: "\n")
        text += "\n  \(name)\n" + lines.map { "    " + $0 }.joined(separator: "\n")
      default: text += "\n  \(name)  \(inline(value))"
      }
    }
    return text
  }

  /// Text as it is, anything else as JSON on one line.
  static func inline(_ value: Value) -> String {
    value.string ?? String(decoding: ValueJSON.encode(value, pretty: false), as: UTF8.self)
  }

  static func columns(_ rows: [[String]]) -> String {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        let isLast = row[(column + 1)...].allSatisfy(\.isEmpty)
        if isLast { break }
        line += String(repeating: " ", count: widths[column] - cell.count + 2)
      }
      return line
    }.joined(separator: "\n")
  }

  private static func remark(_ entry: RecordedResource) -> String {
    switch (entry.status, entry.origin) {
    case (.creating, _): "being created: the next apply resolves it"
    case (.deleting, _): "being deleted: the next apply resolves it"
    case (.complete, .existing): "only referred to"
    case (.complete, .adopted): "adopted"
    case (.complete, .created): ""
    }
  }
}
