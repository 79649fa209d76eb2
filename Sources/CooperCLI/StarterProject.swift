/// The files of a new project: they work as they are, without an account and without a network.
enum StarterProject {
  struct File {
    var path: String
    var text: String
  }

  /// The directory's own name as a project's name: ASCII letters, digits, `-` and `_`, at most 64.
  static func name(from directory: String) -> String {
    let last = directory.split(separator: "/").last.map(String.init) ?? ""
    let legal = last.utf8.map { byte -> Character in
      let isLetter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
      return isLetter || byte == 0x2D || byte == 0x5F ? Character(UnicodeScalar(byte)) : "-"
    }
    let trimmed = String(legal.drop { $0 == "-" }.prefix(64))
    return trimmed.isEmpty ? "my-storage" : trimmed
  }

  static func files(named name: String) -> [File] {
    [
      File(path: "cooper.yaml", text: project(named: quoted(name))),
      // Editors find it without a network; it is the schema of the program that wrote it.
      File(path: SchemaCommand.path, text: SchemaCommand.language),
      // State names what there is; it is no source, and two people must not merge it.
      File(path: ".gitignore", text: ".cooper/\n"),
    ]
  }

  private static func quoted(_ name: String) -> String {
    let isPlain = name.utf8.first.map { !(0x30...0x39).contains($0) && $0 != 0x2D } ?? false
    return isPlain && !["null", "true", "false"].contains(name.lowercased()) ? name : "\"\(name)\""
  }

  private static func project(named name: String) -> String {
    """
    # yaml-language-server: $schema=schemas/cooper.schema.json
    # The line above gives editors completion and findings; after an update of Cooper:  cooper schema --write
    # A file below a directory names it as  ../schemas/cooper.schema.json .
    cooper: 1                      # version of the language
    name: \(name)

    connections:                   # where buckets live, and how Cooper signs in
      here:
        type: local                # directories; more: cooper explain connections
        root: ./buckets

    profiles:                      # settings that several buckets share
      protected:
        versioning: enabled

    buckets:                       # one block each; its key is the bucket's name
      landing:
        description: What partners hand in
        connection: here
        profile: [protected]
        tags: { team: data }
      scratch:
        connection: here
        deletion: allow            # goes with its block, when empty; or: protect
        tags: {}                   # managed and empty; absent means left alone

    """
  }
}
