import CooperModel
import CooperProvider
import CooperProviders
import CooperSchema
import CooperSecrets
import CooperTestSupport
import Foundation
import Synchronization
import Testing

/// The program itself runs here, as its output is what the promise is about; a test in this process could see only what goes
/// through one function. Which fields hold secrets comes from the schema, so a new one is covered without an edit.
@Suite("A secret in a secret field is in no output and no file")
struct CanaryTests {
  // MARK: Which fields

  /// Every type of connection with every method that takes a secret, in both blocks.
  struct Access: Sendable, CustomTestStringConvertible {
    var type: ConnectionType
    var method: String
    var block: String
    var paths: [[String]]
    var testDescription: String { "\(type.name) \(block) \(method)" }

    static let all: [Access] = AllProviders.registry.catalog.connectionTypes.values.sorted { $0.name < $1.name }
      .flatMap { type in
        type.accessMethods.sorted { $0.key < $1.key }.flatMap { method, shape -> [Access] in
          let paths = Shape.object(shape).secretPaths()
          return paths.isEmpty
            ? [] : ["access", "planAccess"].map { Access(type: type, method: method, block: $0, paths: paths) }
        }
      }
  }

  @Test("Every secret field of the schema is in one of the cases below")
  func coverage() {
    let covered = Set(
      Access.all.flatMap { access in access.paths.map { ["connections", "*", access.block] + $0 } }
        + KindField.all.map { [$0.section, "*"] + $0.path })
    #expect(Set(secretFieldPatterns(AllProviders.registry.catalog)) == covered)
    #expect(!covered.isEmpty)
  }

  /// A secret setting or facet of a kind.
  struct KindField: Sendable, CustomTestStringConvertible {
    var section: String
    var path: [String]
    var testDescription: String { ([section, "x"] + path).joined(separator: ".") }

    static let all: [KindField] = AllProviders.registry.catalog.kinds.values.flatMap { kind in
      (kind.settings.map { ($0.name, $0.shape) } + kind.facets.map { ($0.name, $0.shape) }).flatMap { name, shape in
        shape.secretPaths(at: [name]).map { KindField(section: kind.section, path: $0) }
      }
    }
  }

  // MARK: Which forms

  enum Form: String, Sendable, CaseIterable {
    case plain, plainList, environment, file, openFile, outsideFile, sealed, wrongKey, movedSeal, cutSeal
    case command, failingCommand, forbiddenCommand, malformed, unset

    /// The project is refused, with the canary in the YAML itself.
    var isRefused: Bool { [.plain, .plainList, .malformed].contains(self) }

    func text(_ world: World, _ field: String, _ number: Int = 0) throws -> String {
      // Each field has a canary of its own, so that hiding one doesn't hide the others.
      let canary = "\(World.canary)-\(number)"
      let place = SealedPlace(project: "canary", field: field)
      func seal(_ key: SealingKey, _ place: SealedPlace) throws -> String {
        try #require(SealedText(Secret(canary), for: place, with: key)).description
      }
      switch self {
      case .plain: return "\"\(canary)\""
      case .plainList: return "[\"\(canary)\"]"
      case .environment: return "env:CANARY_\(number)"
      case .file: return "file:secret-\(number).txt"
      case .openFile: return "file:open.txt"
      case .outsideFile: return "file:\(world.outside)"
      case .sealed: return try seal(world.key, place)
      case .wrongKey: return try seal(.generate(), place)
      case .movedSeal: return try seal(world.key, SealedPlace(project: "canary", field: field + "x"))
      case .cutSeal: return String(try seal(world.key, place).dropLast(7))
      case .command: return "{ command: [sh, print.sh, \"\(number)\"] }"
      case .failingCommand, .forbiddenCommand: return "{ command: [sh, fail.sh, \"\(number)\"] }"
      // The canary stands where a name of a variable should be.
      case .unset: return "env:NOT_SET_\(number)"
      case .malformed: return "\"env:\(canary)\""
      }
    }
  }

  // MARK: The runs

  @Test("in every field, by every form, while the store refuses and repeats the request", arguments: Access.all)
  func fields(_ access: Access) throws {
    let world = try World()
    // The fields are the same for every type, so one type stands for all when it comes to the rarer forms.
    let standsForAll = access.type.name == "minio"
    let forms = standsForAll ? Form.allCases : [.environment, .sealed]
    // A name that no variable has: that it is told shows that the field is looked up at all.
    // InfinStor shows nothing of its entries, so that planning there asks nothing.
    for (number, path) in access.paths.enumerated() where access.type.name != "infinstor" || access.block == "access" {
      try world.write(access, .unset, only: number)
      var told = ""
      for command in [["plan"], ["check"], ["apply", "--yes"]] where !told.contains("NOT_SET_\(number)") {
        told += try world.run(command, .unset)
      }
      #expect(told.contains("NOT_SET_\(number)"), "\(access.testDescription): \(path) is not looked up\n\(told)")
    }
    for form in forms {
      try world.write(access, form)
      for command in [["plan", "--format", "json"], ["check"], ["apply", "--yes"]] {
        if command[0] == "apply", !standsForAll { continue }
        try world.run(command + ["--log-level", "debug"], form)
      }
    }
    // Types that are only declared so far send nothing.
    if access.type.provider == "s3" { try world.checkRequests(access) }
  }

  @Test("in every setting and facet of a kind, by every form", arguments: KindField.all)
  func kinds(_ field: KindField) throws {
    let world = try World()
    // A name that no variable has: that it is told shows that the secret was looked up at all.
    if field.section == "identities", ["accessKeyId", "secretAccessKey"].contains(field.path[0]) {
      try world.write(field, .unset)
      #expect(try world.run(["plan"], .unset).contains("NOT_SET_0"), "\(field.testDescription) is not looked up")
    }
    for form in Form.allCases {
      try world.write(field, form)
      // The key of a service account would need a connection to Google, which this test can't have.
      let isValid = try world.run(["validate"], form).contains("valid: canary")
      #expect(
        isValid != form.isRefused || field.section != "identities" || field.path == ["key"],
        "\(field.testDescription), \(form)")
      for command in [["validate"], ["plan"], ["plan", "--format", "json"], ["apply", "--yes"]] {
        try world.run(command + ["--log-level", "debug"], form)
      }
    }
  }

  static let commands: [[String]] = [
    ["validate"], ["plan"], ["plan", "--calls"], ["plan", "--format", "json"], ["plan", "--format", "markdown"],
    ["plan", "--format", "html"], ["plan", "--format", "sarif"], ["plan", "--no-observe"],
    ["plan", "--out", "plan.json"], ["show", "plan.json"], ["show", "plan.json", "--format", "json"],
    ["apply", "plan.json"], ["apply", "--yes", "--format", "json"], ["drift"], ["state", "list"], ["state", "pull"],
    ["explain", "buckets.first"], ["explain", "buckets.first", "--environment", "none"],
    ["import", "buckets.first", "first"],
    ["check"], ["secrets", "rotate", "--check"], ["secrets", "open", World.field], ["secrets", "seal", World.field],
    ["output", "buckets.first.path"], ["destroy", "--yes"],
  ]

  @Test("of every command in every format, at every log level", arguments: Form.allCases)
  func commands(_ form: Form) throws {
    let world = try World()
    let access = try #require(
      Access.all.first { $0.type.name == "minio" && $0.method == "static" && $0.block == "access" })
    try world.write(access, form)
    for command in Self.commands {
      // What a lower level shows a higher one shows too; that is seen for one form.
      for level in form == .environment ? ["error", "warning", "info", "debug"] : ["debug"] {
        try world.run(command + ["--log-level", level], form)
      }
    }
  }

  @Test("The search finds a canary that is there")
  func searchWorks() throws {
    for text in ["x \(World.canary) y", Data(World.canary.utf8).base64EncodedString(), "canary%2Fs3cret%2Bvalue%3Dno"] {
      #expect(!World.leaks(Array(text.utf8)).isEmpty)
    }
  }
}

/// A project, a store that answers 403 and repeats what it was sent, and the program.
final class World: Sendable {
  static let canary = "canary/s3cret+value=no"
  static let field = "connections.store.access.secretAccessKey"

  private let base: String
  let directory: String
  let home: String
  let outside: String
  let key = SealingKey.generate()
  let server: ScriptedServer

  init() throws {
    base = NSTemporaryDirectory() + "cooper-canary-\(UUID().uuidString)"
    directory = base + "/project"
    home = base + "/home"
    outside = base + "/outside.txt"
    for folder in [directory, home] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    server = ScriptedServer { request in
      let body = String(decoding: request.body, as: UTF8.self)
      let echo = (request.headers.joined(separator: " ") + " " + body).replacing("<", with: "&lt;")
      return ScriptedServer.answer(
        "<Error><Code>AccessDenied</Code><Message>no: \(echo)</Message></Error>", status: "403 Forbidden")
    }
    try put(Self.canary, outside, 0o600)
    for number in 0..<8 { try put("\(Self.canary)-\(number)\n", directory + "/secret-\(number).txt", 0o600) }
    try put(Self.canary, directory + "/open.txt", 0o644)
    try put("cat secret-$1.txt", directory + "/print.sh", 0o644)
    try put("cat secret-$1.txt; cat secret-$1.txt >&2; exit 3", directory + "/fail.sh", 0o644)
    try put(key.text.withBytes { String(decoding: $0, as: UTF8.self) }, home + "/sealing.key", 0o600)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: base)
  }

  private func put(_ text: String, _ path: String, _ mode: Int) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  // MARK: Projects

  private static func nested(_ path: ArraySlice<String>, _ text: String) -> String {
    guard let first = path.first else { return text }
    let name = first == "*" ? "x" : first
    return "{ \(name): \(nested(path.dropFirst(), text)) }"
  }

  private func connection(_ type: ConnectionType, _ blocks: String) -> String {
    var lines = "    type: \(type.name)\n"
    for field in type.settings.fields {
      switch field.name {
      case "endpoint": lines += "    endpoint: \(server.url)\n"
      case "region": lines += "    region: eu-west-1\n"
      case "insecure": lines += "    insecure: allow\n"
      case "sts": lines += "    sts: \(server.url)\n"
      case "tenant": lines += "    tenant: 00000000-1111-2222-3333-444444444444\n"
      default:
        let isNeeded = type.support.values.contains { $0.required.contains(field.name) }
        if case .required = field.presence {} else if !isNeeded { continue }
        guard let example = field.example else { continue }
        lines += "    \(field.name): \(example)\n"
      }
    }
    return lines + blocks
  }

  /// With a number, only that field has the form, and the others are there.
  func write(_ access: CanaryTests.Access, _ form: CanaryTests.Form, only number: Int? = nil) throws {
    // One tree of all the method's secret fields, with the other fields that it needs.
    var tree = ValueMap()
    if !access.method.isEmpty { tree["method"] = .string(access.method) }
    for field in access.type.accessMethods[access.method]?.fields ?? [] {
      guard case .required = field.presence, let example = field.example, !field.shape.takesSecret else { continue }
      tree[field.name] = .string(example)
    }
    var texts: [String: String] = [:]
    for path in access.paths {
      let token = "@\(texts.count)@"
      let field = "connections.store.\(access.block)." + path.joined(separator: ".")
      let own = number == nil || number == texts.count ? form : .environment
      texts[token] = try own.text(self, field, texts.count)
      tree = Self.set(tree, path[...], .string(token))
    }
    if access.method == "webIdentity" { tree["roleArn"] = "arn:aws:iam::111122223333:role/canary" }
    if access.method == "assumeRole" { tree = Self.set(tree, ["source", "method"], "static") }
    var block = String(decoding: ValueJSON.encode(.map(tree), pretty: false), as: UTF8.self)
    var own = block
    for (token, text) in texts { block = block.replacing("\"\(token)\"", with: text) }
    var blocks = "    \(access.block): \(block)\n"
    if access.block != "access" {
      // The same method, with nothing in it that is a canary.
      for token in texts.keys { own = own.replacing("\"\(token)\"", with: "env:ID") }
      blocks += "    access: \(own)\n"
    }
    try put(
      """
      cooper: 1
      name: canary
      connections:
        s3: { type: minio, endpoint: \(server.url), region: eu-west-1, insecure: allow, access: \(Self.ownKey) }
        store:
      \(connection(access.type, blocks))\(try resources(on: access.type))
      """, directory + "/cooper.yaml", 0o644)
  }

  /// Something that lives on the connection, so that it signs in.
  private func resources(on type: ConnectionType) throws -> String {
    func needed(_ section: String) throws -> String {
      let kind = try #require(AllProviders.registry.catalog.kinds[section])
      let support = try #require(type.support[section])
      return support.required.subtracting(["region"]).sorted().compactMap { name -> String? in
        (kind.settings.first { $0.name == name }?.example ?? kind.facet(name)?.example).map { "\(name): \($0), " }
      }.joined()
    }
    let user = """
      buckets: { data: { connection: s3 } }
      identities: { key: { type: accessKey, accessKeyId: env:ID, secretAccessKey: env:ID } }
      """
    if type.support["registrations"] != nil {
      return user
        + "\nregistrations: { first: { \(try needed("registrations"))in: store, bucket: data, identity: key } }"
    }
    if type.support["storageAccounts"] != nil {
      return "storageAccounts: { first: { \(try needed("storageAccounts"))connection: store } }"
    }
    if let support = type.support["buckets"] {
      // Not every store has tags; what there is besides is listed all the same.
      var facets = ""
      if case .supported? = support.facets["tags"] { facets += ", tags: { a: b }" }
      let kind = try #require(AllProviders.registry.catalog.kinds["buckets"])
      if let maker = support.makers.first { facets += ", \(maker): \(try #require(kind.facet(maker)?.example))" }
      return "buckets: { first: { connection: store\(facets) } }"
    }
    return user + "\nbackupLocations: { first: { bucket: data, identity: key, in: { store: {} } } }"
  }

  func write(_ field: CanaryTests.KindField, _ form: CanaryTests.Form) throws {
    let text = try form.text(self, ([field.section, "x"] + field.path).joined(separator: "."))
    let fields = Self.nested(field.path[...], text).dropFirst(2).dropLast(2)
    try put(
      """
      cooper: 1
      name: canary
      connections:
        store: { type: local, root: data }
        s3: { type: minio, endpoint: \(server.url), region: eu-west-1, insecure: allow, access: \(Self.ownKey) }
        table: { type: infinstor, endpoint: \(server.url), insecure: allow, access: { method: token, token: env:ID } }
      \(field.section): { x: { \(try others(field))\(fields) } }
      \(user(field))
      """, directory + "/cooper.yaml", 0o644)
  }

  private static let ownKey = "{ method: static, accessKeyId: env:ID, secretAccessKey: env:ID }"

  /// What else the block needs, so that it is valid and its secret is looked up.
  private func others(_ field: CanaryTests.KindField) throws -> String {
    let kind = try #require(AllProviders.registry.catalog.kinds[field.section])
    guard let variants = kind.variants else { return "connection: store, " }
    let (word, variant) = try #require(
      variants.cases.sorted { $0.key < $1.key }.first { $0.value.fields.contains(field.path[0]) })
    let needed = variant.required.subtracting([field.path[0]]).sorted().map { name -> String in
      let shape = kind.settings.first { $0.name == name }
      return "\(name): \(shape?.shape.takesSecret ?? false ? "env:ID" : shape?.example ?? "x"), "
    }
    return "\(variants.field): \(word), " + needed.joined()
  }

  /// Somebody who uses it, where somebody can.
  private func user(_ field: CanaryTests.KindField) -> String {
    guard field.section == "identities", ["accessKeyId", "secretAccessKey"].contains(field.path[0]) else { return "" }
    return "buckets: { data: { connection: s3 } }\nregistrations: { entry: { in: table, bucket: data, identity: x } }"
  }

  private static func set(_ map: ValueMap, _ path: ArraySlice<String>, _ value: Value) -> ValueMap {
    var map = map
    guard let first = path.first else { return map }
    map[first] = path.count == 1 ? value : .map(set(map[first]?.map ?? ValueMap(), path.dropFirst(), value))
    return map
  }

  // MARK: Runs

  @discardableResult
  func run(_ arguments: [String], _ form: CanaryTests.Form) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.binary)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.environment = [
      "PATH": "/usr/bin:/bin", "HOME": home, "ID": "AKIDEXAMPLE",
      // No sign-in leaves this machine.
      "AZURE_AUTHORITY_HOST": "https://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9",
      "COOPER_SEALING_KEY": key.text.withBytes { String(decoding: $0.dropLast(), as: UTF8.self) },
      "COOPER_ALLOW_COMMANDS": form == .forbiddenCommand ? "0" : "1",
    ]
    for number in 0..<8 { process.environment?["CANARY_\(number)"] = "\(Self.canary)-\(number)" }
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    if arguments.contains("seal") { try input.fileHandleForWriting.write(contentsOf: Data(Self.canary.utf8)) }
    try input.fileHandleForWriting.close()
    let printed = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let context = "\(arguments.joined(separator: " ")), \(form)"
    #expect(process.terminationReason == .exit, "\(context)")
    // A test that never gets past reading the command line shows nothing.
    #expect(
      process.terminationStatus != 64 || arguments.first == "secrets" || arguments.first == "output" || form.isRefused,
      "\(context): \(String(decoding: printed, as: UTF8.self).prefix(300))")
    #expect(Self.leaks(Array(printed)).isEmpty, "\(context) printed it")
    try checkFiles(context, form)
    return String(decoding: printed, as: UTF8.self)
  }

  /// Every file of the project but those that hold the canary on purpose.
  private func checkFiles(_ context: String, _ form: CanaryTests.Form) throws {
    var own = Set((0..<8).map { "secret-\($0).txt" } + ["open.txt"])
    if form.isRefused { own.insert("cooper.yaml") }
    let names = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
    #expect(names.contains("cooper.yaml"))
    for name in names where !own.contains(name) {
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: directory + "/" + name, isDirectory: &isDirectory)
      if isDirectory.boolValue { continue }
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name)))
      #expect(Self.leaks(bytes).isEmpty, "\(context) wrote it to \(name)")
    }
  }

  /// That the store was asked at all: else nothing above means anything. A secret key is never sent, a token is.
  func checkRequests(_ access: CanaryTests.Access) throws {
    // Where the token itself signs in, it goes in the body of a request that is not signed.
    #expect(
      server.requests.contains { $0.header("Authorization") != nil || access.method == "webIdentity" },
      "\(access.testDescription): nothing was signed")
    for request in server.requests {
      for header in request.headers {
        if ["x-amz-security-token", "authorization"].contains(where: header.lowercased().hasPrefix) { continue }
        #expect(Self.leaks(Array(header.utf8)).isEmpty)
      }
    }
  }

  /// The canary as it is, and in the spellings that a program may give it.
  static func leaks(_ bytes: [UInt8]) -> [String] {
    let text = String(decoding: bytes, as: UTF8.self)
    let forms = [
      canary, Data(canary.utf8).base64EncodedString(), "canary%2Fs3cret%2Bvalue%3Dno", "canary\\/s3cret",
      "s3cret+value",
      canary.utf8.map { String($0, radix: 16) }.joined(),
    ]
    return forms.filter { text.contains($0) }
  }

  /// The program of this build, beside the tests.
  static let binary: String = {
    if let given = ProcessInfo.processInfo.environment["COOPER_BINARY"] { return given }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return root.appendingPathComponent(".build/debug/cooper").path
  }()
}
