extension StateSnapshot {
  /// Says why this state must not be used for a project: it is another's, and all it records would look removed.
  public func foreignness(
    to project: String, environment: String?, location: String
  ) -> StateFailure? {
    if self.project != project {
      return StateFailure(
        .incompatible, "\(location) is the state of project \"\(self.project)\", and this is project \"\(project)\"",
        fix: "Name the state of this project with --state, or, if the project was renamed, give it its name back: "
          + "name: \(self.project)")
    }
    if self.environment != environment {
      return StateFailure(
        .incompatible,
        "\(location) is the state of \(Self.words(self.environment)), and this run is for \(Self.words(environment))",
        fix: "Name the state of this environment with --state, or the environment of this state with --environment.")
    }
    return nil
  }

  private static func words(_ environment: String?) -> String {
    environment.map { "environment \"\($0)\"" } ?? "a project without environments"
  }
}
