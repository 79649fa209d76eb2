import CooperDiagnostics
import CooperProvider
import CooperSyntax

/// What a kubeconfig says of one context (Kubernetes documentation, "Organizing Cluster Access Using kubeconfig Files").
struct Kubeconfig: Sendable {
  var context: String
  var server: String
  var caCertificate: String?
  var verifiesTLS = true
  var access: ClusterAccess
  /// Where it was read.
  var file: String

  /// What is wrong, in words without anything secret.
  struct Problem: Error {
    var words: String
  }

  /// Files in the order in which they count; of two entries of one name the first stands.
  static func read(
    _ paths: [String], context wanted: String?, _ environment: ProviderEnvironment
  ) throws(Problem) -> Kubeconfig? {
    var files: [File] = []
    for path in paths { if let file = try File(path, environment) { files.append(file) } }
    guard !files.isEmpty else { return nil }
    let current = files.lazy.compactMap { $0.root.text("current-context") }.first { !$0.isEmpty }
    let chosen = wanted.flatMap { $0.isEmpty ? nil : $0 } ?? current
    let shown = files.map(\.path).joined(separator: ", ")
    guard let chosen else {
      throw Problem(words: "\(shown) has no current-context; write  context:  at the connection")
    }
    guard let context = find("contexts", "context", chosen, files) else {
      let known = files.flatMap { $0.names("contexts") }.joined(separator: ", ")
      throw Problem(words: "\(shown) has no context \"\(chosen)\"" + (known.isEmpty ? "" : "; it has \(known)"))
    }
    guard let name = context.node.text("cluster"), let cluster = find("clusters", "cluster", name, files) else {
      throw Problem(words: "context \"\(chosen)\" of \(context.file.path) names no cluster that is there")
    }
    guard let server = cluster.node.text("server") else {
      throw Problem(words: "cluster \"\(name)\" of \(cluster.file.path) has no server")
    }
    var config = Kubeconfig(context: chosen, server: server, access: .anonymous, file: context.file.path)
    config.verifiesTLS = cluster.node.text("insecure-skip-tls-verify") != "true"
    if let data = try cluster.file.data(cluster.node, "certificate-authority", environment) {
      config.caCertificate = data.withBytes { String(decoding: $0, as: UTF8.self) }
    }
    guard let user = context.node.text("user").flatMap({ find("users", "user", $0, files) }) else { return config }
    config.access = try access(user.node, user.file, environment)
    return config
  }

  private struct File {
    var path: String
    var root: SyntaxNode

    init?(_ path: String, _ environment: ProviderEnvironment) throws(Problem) {
      self.path = path
      let bytes: [UInt8]?
      do { bytes = try environment.readFile(path) } catch { throw Problem(words: "\(path) can't be read (\(error))") }
      guard let bytes else { return nil }
      // JSON is YAML; findings would quote the text, which holds secrets.
      guard let root = parse(SourceText(name: path, bytes: bytes), id: SourceID(0)).value?.first,
        root.entries != nil
      else { throw Problem(words: "\(path) is no kubeconfig") }
      self.root = root
    }

    func names(_ list: String) -> [String] { root[list]?.value.elements?.compactMap { $0.text("name") } ?? [] }

    /// `…-data` as base64, or a file whose path starts at the kubeconfig's folder.
    func data(
      _ node: SyntaxNode, _ name: String, _ environment: ProviderEnvironment
    ) throws(Problem) -> Secret? {
      if let text = node.text(name + "-data"), !text.isEmpty {
        guard let bytes = StandardBase64.decode(text.utf8) else {
          throw Problem(words: "\(name)-data in \(path) is no base64")
        }
        return Secret(bytes)
      }
      guard let file = node.text(name), !file.isEmpty else { return nil }
      let place = resolved(file)
      guard let bytes = try? environment.readFile(place) else {
        throw Problem(words: "\(name) in \(path) names \(place), which can't be read")
      }
      return Secret(bytes)
    }

    func resolved(_ file: String) -> String {
      guard !file.hasPrefix("/"), !file.hasPrefix("~"), let slash = path.lastIndex(of: "/") else { return file }
      return String(path[...slash]) + file
    }
  }

  private static func find(
    _ list: String, _ inner: String, _ name: String, _ files: [File]
  ) -> (node: SyntaxNode, file: File)? {
    for file in files {
      for entry in file.root[list]?.value.elements ?? [] where entry.text("name") == name {
        guard let node = entry[inner]?.value else { return nil }
        return (node, file)
      }
    }
    return nil
  }

  private static func access(
    _ user: SyntaxNode, _ file: File, _ environment: ProviderEnvironment
  ) throws(Problem) -> ClusterAccess {
    if user["auth-provider"] != nil {
      throw Problem(words: "\(file.path) signs in by auth-provider, which Kubernetes itself has dropped; use exec")
    }
    if user["username"] != nil {
      throw Problem(words: "\(file.path) signs in by user name and password, which no supported Kubernetes takes")
    }
    if let chain = try file.data(user, "client-certificate", environment) {
      guard let key = try file.data(user, "client-key", environment) else {
        throw Problem(words: "\(file.path) has a client certificate without client-key")
      }
      let text = chain.withBytes { String(decoding: $0, as: UTF8.self) }
      return .certificate(ClientCertificate(chain: text, key: key), source: "the client certificate in \(file.path)")
    }
    if let token = user.text("token"), !token.isEmpty {
      return .token(Secret(token), source: "the token in \(file.path)")
    }
    if let path = user.text("tokenFile") { return .tokenFile(file.resolved(path)) }
    guard let exec = user["exec"]?.value else { return .anonymous }
    guard let command = exec.text("command") else { throw Problem(words: "exec in \(file.path) has no command") }
    guard exec.text("interactiveMode") != "Always" else {
      throw Problem(words: "exec in \(file.path) has to ask a person (interactiveMode: Always), which Cooper can't")
    }
    let words = [command] + (exec["args"]?.value.elements ?? []).compactMap { $0.scalar?.text }
    var variables: [String: String] = [:]
    for entry in exec["env"]?.value.elements ?? [] {
      if let name = entry.text("name") { variables[name] = entry.text("value") ?? "" }
    }
    let version = exec.text("apiVersion") ?? "client.authentication.k8s.io/v1"
    variables["KUBERNETES_EXEC_INFO"] =
      #"{"apiVersion":"\#(version)","kind":"ExecCredential","spec":{"interactive":false}}"#
    return .program(UsersProgram(words: words, namedIn: file.path, variables: variables))
  }
}

extension SyntaxNode {
  fileprivate func text(_ key: String) -> String? {
    guard let value = self[key]?.value.scalar, !value.isNull else { return nil }
    return value.text
  }
}

/// Standard base64 read back (RFC 4648 section 4); line breaks between are passed over.
enum StandardBase64 {
  static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    var padding = 0
    for byte in text {
      let value: UInt32
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(byte - 65)
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(byte - 97 + 26)
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(byte - 48 + 52)
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      case UInt8(ascii: "="):
        padding += 1
        continue
      case 0x0A, 0x0D: continue
      default: return nil
      }
      guard padding == 0 else { return nil }
      bits = bits << 6 | value
      count += 1
      if count % 4 == 0 {
        bytes += [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
        bits = 0
      }
    }
    guard (count + padding) % 4 == 0, padding <= 2 else { return nil }
    switch count % 4 {
    case 0: break
    case 2: bytes.append(UInt8(bits >> 4 & 255))
    case 3: bytes += [UInt8(bits >> 10 & 255), UInt8(bits >> 2 & 255)]
    default: return nil
    }
    return bytes
  }
}
