internal import CooperProvider
internal import CooperSchema
internal import CooperSecrets
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Follows references to secrets; a value leaves only inside a `Secret`.
///
/// Nothing is looked up before it is asked for, and a command runs once however many fields name it.
final class SecretResolver: Sendable {
  let project: String
  let directory: String
  let home: String?
  let settings: Result<UserSettings, CallFailure>
  /// Seconds that a command may take.
  let timeLimit: Double
  private let commands = Mutex<[[String]: Result<Secret, CallFailure>]>([:])

  init(
    project: String, directory: String, home: String?, settings: Result<UserSettings, CallFailure>,
    timeLimit: Double = 30
  ) {
    self.project = project
    self.directory = directory
    self.home = home
    self.settings = settings
    self.timeLimit = timeLimit
  }

  /// The secret that a field refers to; `field` is its place, such as `connections.minio.access.secretAccessKey`.
  func resolve(_ value: Value, field: String) throws(CallFailure) -> Secret {
    guard let reference = SecretReference(value) else { throw .badSealedText("this is no reference to a secret") }
    return try resolve(reference, field: field)
  }

  func resolve(_ reference: SecretReference, field: String) throws(CallFailure) -> Secret {
    switch reference {
    case .sealed(let text):
      let place = SealedPlace(project: project, field: field)
      do throws(SealedText.Problem) {
        return try SealedText(text).open(for: place, with: [])
      } catch {
        guard case .noKey = error else { throw CallFailure(error, at: place) }
      }
      // Keys are looked up only for a text that could be opened here.
      let keys = try sealingKeys()
      do throws(SealedText.Problem) {
        return try SealedText(text).open(for: place, with: keys)
      } catch {
        throw CallFailure(error, at: place)
      }
    default: return try outside(reference, isUsers: false)
    }
  }

  /// All sealing keys that this user has; the first one seals. Without any it is empty.
  func sealingKeys() throws(CallFailure) -> [SealingKey] {
    let settings = try settings.get()
    var keys: [SealingKey] = []
    if let text = Self.variable("COOPER_SEALING_KEY"), !text.isEmpty {
      keys.append(try key(text, "COOPER_SEALING_KEY"))
    }
    for reference in settings.sealingKeys {
      keys.append(try key(try outside(reference, isUsers: true), reference.label))
    }
    if settings.sealingKeys.isEmpty, let path = standardKeyPath, access(path, F_OK) == 0 {
      keys.append(try key(try SecretFile.read(path, shown: path, roots: nil), path))
    }
    return keys
  }

  /// Where `keygen` puts a key when it is told nothing else.
  var standardKeyPath: String? { (try? settings.get())?.directory.map { $0 + "/sealing.key" } }

  /// The key that a reference outside the repository names, e.g. on the command line.
  func sealingKey(_ reference: SecretReference) throws(CallFailure) -> SealingKey {
    try key(try outside(reference, isUsers: true), reference.label)
  }

  private func key(_ text: Secret, _ label: String) throws(CallFailure) -> SealingKey {
    guard let key = SealingKey(text: text) else { throw .badSealingKey(label) }
    return key
  }

  /// What is not in the repository itself. The user's own references may lie anywhere and run commands.
  private func outside(_ reference: SecretReference, isUsers: Bool) throws(CallFailure) -> Secret {
    switch reference {
    case .environment(let name):
      guard let secret = Self.variable(name), !secret.isEmpty else { throw .unsetVariable(name) }
      return secret
    case .file(let path):
      let expanded = Session.expandingHome(path, home)
      let absolute = expanded.hasPrefix("/") ? expanded : directory + "/" + expanded
      let roots = isUsers ? nil : [directory] + [home].compactMap { $0 } + ((try? settings.get())?.secretRoots ?? [])
      let secret = try SecretFile.read(absolute, shown: path, roots: roots)
      guard !secret.isEmpty else { throw .secretFile(path, "it is empty") }
      return secret
    case .command(let words):
      let program = words.first ?? ""
      if !isUsers, try !settings.get().commands.allows(program) { throw .commandsOff(program) }
      return try run(words)
    case .sealed: throw .badSealedText("a sealing key can't itself be sealed")
    }
  }

  /// Runs a program that a file of the user's own names, anew each time: what it prints may expire.
  ///
  /// It starts in the home directory, so that a program given by a relative path isn't looked for in the repository.
  func output(of program: UsersProgram) throws(CallFailure) -> Secret {
    let name = program.words.first ?? ""
    let file = Session.expandingHome(program.namedIn, home)
    let absolute = file.hasPrefix("/") ? file : directory + "/" + file
    guard let place = SecretFile.withoutLinks(absolute), let project = SecretFile.withoutLinks(directory),
      !SecretFile.isBelow(place, project)
    else { throw .programOfTheProject(name, namedIn: program.namedIn) }
    let command = SecretCommand(
      words: program.words, directory: home ?? "/", environment: Self.environmentOfCommands(program.variables),
      timeLimit: timeLimit)
    // One at a time, as above.
    let result = commands.withLock { _ -> Result<Secret, CallFailure> in
      do throws(CallFailure) { return .success(try command.run()) } catch { return .failure(error) }
    }
    return try result.get()
  }

  private func run(_ words: [String]) throws(CallFailure) -> Secret {
    // The lock is held meanwhile: who asks for the same words waits, and two prompts of a password manager never mix.
    let result = commands.withLock { known -> Result<Secret, CallFailure> in
      if let result = known[words] { return result }
      let command = SecretCommand(
        words: words, directory: directory, environment: Self.environmentOfCommands(), timeLimit: timeLimit)
      let result: Result<Secret, CallFailure>
      do throws(CallFailure) { result = .success(try command.run()) } catch { result = .failure(error) }
      known[words] = result
      return result
    }
    return try result.get()
  }

  /// All variables but the key that opens the repository's secrets.
  private static func environmentOfCommands(_ more: [String: String] = [:]) -> [String] {
    var variables = more.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var next = environ
    while let text = next.pointee {
      let pair = String(cString: text)
      let isReplaced = more[String(pair.prefix { $0 != "=" })] != nil
      if !pair.hasPrefix("COOPER_SEALING_KEY="), !isReplaced { variables.append(pair) }
      next += 1
    }
    return variables
  }

  /// Copies a variable straight from the process, not through a dictionary of all of them.
  private static func variable(_ name: String) -> Secret? {
    guard let text = getenv(name) else { return nil }
    return Secret(UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }
}
