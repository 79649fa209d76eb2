import CooperModel
import CooperProvider
import CooperSchema

/// Reads a connection's settings and access into the cluster that they mean.
struct ClusterSettings {
  let declaration: ConnectionDeclaration
  let environment: ProviderEnvironment

  private var method: String { declaration.access["method"]?.string ?? "" }

  /// Where a pod finds its service account (Kubernetes documentation, "Accessing the Kubernetes API from a Pod").
  private static let serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount/"

  func connection() throws(CallFailure) -> KubernetesConnection {
    let cluster: Result<KubernetesConnection.Cluster, CallFailure>
    do throws(CallFailure) {
      cluster = .success(try self.cluster())
    } catch {
      // A wrong field is told at once, a file that isn't here only to who needs it.
      guard error.code == CallFailure.noKubeconfigCode else { throw error }
      cluster = .failure(error)
    }
    var site = Site(declared: declaration, provider: "kubernetes")
    if case .success(let found) = cluster { site.endpoint = found.server }
    for name in ["fieldManager", "namespace", "readiness"] { site.settings[name] = declaration.settings[name] }
    if !environment.awaits { site.settings["readiness"] = TimeSpan(seconds: 0).value }
    return KubernetesConnection(
      site: site, cluster: cluster,
      credentials: ClusterCredentials(connection: declaration.name, environment: environment),
      transport: environment.transport)
  }

  private func cluster() throws(CallFailure) -> KubernetesConnection.Cluster {
    switch method {
    case "inCluster": return try inCluster()
    case "token":
      return try atEndpoint(.tokenReference(declaration.access["token"] ?? .null, field: field))
    case "clientCertificate":
      return try atEndpoint(
        .certificateReference(
          certificate: declaration.access["certificate"] ?? .null, key: declaration.access["key"] ?? .null,
          field: field))
    default: return try fromKubeconfig()
    }
  }

  private var field: String { "connections.\(declaration.name).\(declaration.accessField)" }

  private func fromKubeconfig() throws(CallFailure) -> KubernetesConnection.Cluster {
    if declaration.settings["endpoint"] != nil {
      throw .setting(
        declaration.name, "endpoint",
        "goes with  access: { method: token }  or clientCertificate; a kubeconfig has its own")
    }
    let written = declaration.settings["kubeconfig"]?.string
    let paths =
      written.map { [$0] } ?? environment.variable("KUBECONFIG").flatMap { $0.isEmpty ? nil : $0 }?
      .split(separator: ":").map(String.init) ?? ["~/.kube/config"]
    let found: Kubeconfig?
    do throws(Kubeconfig.Problem) {
      found = try Kubeconfig.read(paths, context: declaration.settings["context"]?.string, environment)
    } catch {
      var failure = CallFailure.setting(declaration.name, written == nil ? "context" : "kubeconfig", error.words)
      failure.code = CallFailure.noKubeconfigCode
      throw failure
    }
    guard let found else { throw .noKubeconfig(declaration.name, tried: paths) }
    let own = try caCertificate()
    return KubernetesConnection.Cluster(
      server: try server(found.server, field: "server of \(found.file)"), caCertificate: own ?? found.caCertificate,
      verifiesTLS: found.verifiesTLS || own != nil, access: found.access, isChosen: written != nil)
  }

  private func inCluster() throws(CallFailure) -> KubernetesConnection.Cluster {
    guard let host = environment.variable("KUBERNETES_SERVICE_HOST"), !host.isEmpty else {
      throw .noKubeconfig(declaration.name, tried: ["KUBERNETES_SERVICE_HOST (access: inCluster is for a pod)"])
    }
    let port = environment.variable("KUBERNETES_SERVICE_PORT") ?? "443"
    let address = host.contains(":") ? "https://[\(host)]:\(port)" : "https://\(host):\(port)"
    let authority = try? environment.readFile(Self.serviceAccount + "ca.crt")
    return KubernetesConnection.Cluster(
      server: try server(address, field: "KUBERNETES_SERVICE_HOST"),
      caCertificate: try caCertificate() ?? authority.map { String(decoding: $0, as: UTF8.self) }, verifiesTLS: true,
      access: .tokenFile(Self.serviceAccount + "token"), isChosen: false)
  }

  private func atEndpoint(_ access: ClusterAccess) throws(CallFailure) -> KubernetesConnection.Cluster {
    guard let endpoint = declaration.settings["endpoint"]?.string else {
      throw .setting(declaration.name, "endpoint", "access by \(method) needs the address of the API server")
    }
    return KubernetesConnection.Cluster(
      server: try server(endpoint, field: "endpoint"), caCertificate: try caCertificate(), verifiesTLS: true,
      access: access, isChosen: true)
  }

  /// R-14: a token is readable on the way over http://.
  private func server(_ text: String, field: String) throws(CallFailure) -> String {
    var server = text
    while server.hasSuffix("/") { server.removeLast() }
    guard let mark = server.firstIndex(of: ":") else { throw .setting(declaration.name, field, "no address: \(text)") }
    let scheme = server[..<mark].lowercased()
    server = scheme + server[mark...]
    guard scheme == "https" || scheme == "http", server.hasPrefix(scheme + "://"), !server.contains("@"),
      !server.contains("?")
    else { throw .setting(declaration.name, field, "an address begins with https://") }
    guard scheme == "https" || declaration.settings["insecure"]?.string == "allow" else {
      throw .setting(declaration.name, field, "\(server) is not encrypted; use https://, or write  insecure: allow")
    }
    return server
  }

  private func caCertificate() throws(CallFailure) -> String? {
    guard let path = declaration.settings["caCertificate"]?.string else { return nil }
    guard let bytes = try? environment.readFile(path) else {
      throw .setting(declaration.name, "caCertificate", "\(path) can't be read")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.contains("-----BEGIN CERTIFICATE-----") else {
      throw .setting(declaration.name, "caCertificate", "\(path) holds no certificate in PEM form")
    }
    return text
  }
}

extension CallFailure {
  static let noKubeconfigCode = "K8S0002"

  static func setting(_ connection: String, _ field: String, _ problem: String) -> CallFailure {
    CallFailure(.invalid, code: "K8S0001", "connection \"\(connection)\": \(field): \(problem)")
  }

  static func noKubeconfig(_ connection: String, tried: [String]) -> CallFailure {
    CallFailure(
      .unauthenticated, code: noKubeconfigCode,
      "connection \"\(connection)\": there is no kubeconfig; tried \(tried.joined(separator: ", "))")
  }

  static func signIn(_ connection: String, _ problem: String) -> CallFailure {
    CallFailure(.unauthenticated, code: "K8S0003", "connection \"\(connection)\": \(problem)")
  }
}
