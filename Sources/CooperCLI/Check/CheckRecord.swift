internal import CooperConfig
internal import CooperSchema

/// How the last checks went: a small file of this machine beside the state, which anybody may delete.
struct CheckRecord {
  struct Entry {
    /// ISO 8601, UTC.
    var at: String
    var isGood: Bool
    /// Names of the steps that failed.
    var failed: [String]

    var value: Value {
      .map(
        ValueMap([
          ("at", .string(at)), ("good", .bool(isGood)), ("failed", .list(failed.map { .string($0) })),
        ]))
    }
  }

  private(set) var connections: [String: Entry] = [:]
  private(set) var resources: [String: Entry] = [:]

  /// `.cooper/[environment/]checks.json`, or `FILE.checks` beside a state that an option names.
  private static func place(_ session: Session, _ configuration: Configuration) -> (files: Files, path: String) {
    if let file = session.options.state {
      return (Files(directory: Session.absolute(".")), file + ".checks")
    }
    let folder = configuration.environment.map { ".cooper/\($0)/" } ?? ".cooper/"
    return (session.projectFiles, folder + "checks.json")
  }

  /// What is on record; a file that can't be read counts as none.
  static func load(_ session: Session, _ configuration: Configuration) -> CheckRecord {
    let place = place(session, configuration)
    var record = CheckRecord()
    guard let bytes = try? place.files.read(place.path), let value = try? ValueJSON.decode(bytes),
      value["formatVersion"] == .integer(1)
    else { return record }
    record.connections = entries(value["connections"])
    record.resources = entries(value["resources"])
    return record
  }

  private static func entries(_ value: Value?) -> [String: Entry] {
    var found: [String: Entry] = [:]
    for pair in value?.map ?? ValueMap() {
      guard let at = pair.value["at"]?.string, let isGood = pair.value["good"]?.bool else { continue }
      found[pair.key] = Entry(at: at, isGood: isGood, failed: (pair.value["failed"]?.list ?? []).compactMap(\.string))
    }
    return found
  }

  /// Adds what was just found; a folder that can't be written leaves the check what it is.
  static func note(
    _ reports: [CheckReport], _ places: [CheckReport], at seconds: Double, _ session: Session,
    _ configuration: Configuration
  ) {
    var record = load(session, configuration)
    let at = Instant(epochSeconds: Int64(seconds)).text
    func entry(_ report: CheckReport) -> Entry {
      let failed = report.steps.filter { $0.verdict == .failed }.map(\.name)
      return Entry(at: at, isGood: report.isGood, failed: failed)
    }
    for report in reports { record.connections[report.name] = entry(report) }
    for report in places { record.resources[report.name] = entry(report) }
    func map(_ entries: [String: Entry]) -> Value {
      .map(ValueMap(entries.sorted { $0.key < $1.key }.map { ($0.key, $0.value.value) }))
    }
    let document = ValueMap([
      ("formatVersion", .integer(1)), ("connections", map(record.connections)), ("resources", map(record.resources)),
    ])
    let place = place(session, configuration)
    do {
      if let slash = place.path.lastIndex(of: "/"), slash != place.path.startIndex {
        try place.files.makeDirectory(String(place.path[..<slash]))
      }
      try place.files.write(ValueJSON.encode(.map(document), pretty: true), to: place.path, mode: 0o600)
    } catch {
      session.log(.info, "how the check went is not kept: \(place.path) can't be written")
    }
  }
}
