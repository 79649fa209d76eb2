/// Where the files of one state lie.
///
/// In the default place the directory is the state's own: `state.json`, `journal.jsonl`, `lock`, `history/000412.json`.
/// Beside a file named with `--state FILE` there may be others, so the names derive from it: `FILE.journal`, `FILE.lock`,
/// `FILE.history/000412.json`. The temporary file of a save is the state's name with `.new` behind it.
struct FilePaths: Hashable {
  var state: String
  var journal: String
  var lock: String
  var history: String

  var temporary: String { state + ".new" }
  var directory: String { FilePaths.parent(of: state) }

  /// `.cooper/state.json`, or `.cooper/<environment>/state.json`, below a base directory.
  static func standard(base: String, environment: String?) -> FilePaths {
    let directory = join(join(base, ".cooper"), environment ?? "")
    return FilePaths(
      state: join(directory, "state.json"), journal: join(directory, "journal.jsonl"), lock: join(directory, "lock"),
      history: join(directory, "history"))
  }

  static func beside(_ file: String) -> FilePaths {
    FilePaths(state: file, journal: file + ".journal", lock: file + ".lock", history: file + ".history")
  }

  func kept(serial: Int) -> String {
    let digits = String(serial)
    return FilePaths.join(history, String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".json")
  }

  /// The serial that a name in the history stands for.
  static func serial(ofKept name: String) -> Int? {
    guard name.hasSuffix(".json"), let serial = Int(name.dropLast(5)), serial >= 0 else { return nil }
    return serial
  }

  /// A path below a base; an absolute path stays, an empty part adds nothing.
  static func join(_ base: String, _ path: String) -> String {
    if path.isEmpty || base.isEmpty || path.hasPrefix("/") { return path.isEmpty ? base : path }
    return base.hasSuffix("/") ? base + path : base + "/" + path
  }

  static func parent(of path: String) -> String {
    var path = path[...]
    while path.count > 1, path.last == "/" { path.removeLast() }
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
