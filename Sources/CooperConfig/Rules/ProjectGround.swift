/// Where relative paths of a project start.
struct ProjectGround: Sendable {
  /// The project's directory, absolute.
  var directory: String
  /// Home directory of the user, for paths that begin with `~/`.
  var home: String?

  /// A path without `.` and `..`; `root: data` and `root: /project/data` are one place.
  func absolute(_ written: String) -> String {
    var path = written
    if path.hasPrefix("~/"), let home { path = home + path.dropFirst(1) }
    if !path.hasPrefix("/"), !path.hasPrefix("~/") { path = directory + "/" + path }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}
