import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Synchronization
import Testing

@testable import KubernetesProvider

@Suite("Connections to clusters") struct KubeconfigTests {
  private static let config = """
    apiVersion: v1
    kind: Config
    current-context: one
    contexts:
    - { name: one, context: { cluster: a, user: token } }
    - { name: two, context: { cluster: b, user: exec, namespace: x } }
    - { name: cert, context: { cluster: a, user: cert } }
    - { name: old, context: { cluster: a, user: old } }
    clusters:
    - { name: a, cluster: { server: "https://a.example:6443/", certificate-authority-data: Q0E= } }
    - { name: b, cluster: { server: "https://b.example", certificate-authority: ca.pem } }
    users:
    - { name: token, user: { token: canary-token } }
    - name: exec
      user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: sign-in, args: [x], env: [{ name: A, value: b }] } }
    - { name: cert, user: { client-certificate-data: Q0hBSU4=, client-key-data: S0VZ } }
    - { name: old, user: { auth-provider: { name: gcp } } }
    """

  private func environment(
    _ files: [String: String] = ["~/.kube/config": config], variables: [String: String] = [:],
    _ transport: any HTTPTransport = ScriptedTransport(Reply(200, "{}")),
    now: @escaping @Sendable () -> Double = { 1_000 },
    output: @escaping @Sendable (UsersProgram) throws(CallFailure) -> Secret = ProviderEnvironment.runsNothing
  ) -> ProviderEnvironment {
    ProviderEnvironment(
      variable: { variables[$0] }, readFile: { files[$0].map { Array($0.utf8) } },
      secret: { (reference, _) throws(CallFailure) in Secret("canary-" + (reference.string ?? "")) },
      transport: transport,
      now: now, homeDirectory: "/home/ana", projectDirectory: "/project", output: output)
  }

  private func connect(
    _ settings: ValueMap = ValueMap(), _ access: ValueMap = ValueMap(), _ environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    try KubernetesProvider().connect(
      ConnectionDeclaration(name: "hk", type: "kubernetes", settings: settings, access: access),
      environment: environment)
  }

  private static let call = ObjectPlace(.cozystackBucket, "n", "b").get

  @Test("The current context, its server, authority and token") func current() async throws {
    let transport = ScriptedTransport(Reply(200, "{}"))
    let connection = try connect(environment(transport))
    #expect(connection.site.endpoint == "https://a.example:6443" && connection.chosenEndpoints.isEmpty)
    _ = try await connection.attempt(Self.call)
    let request = try #require(transport.requests.first)
    #expect(request.url == "https://a.example:6443/apis/apps.cozystack.io/v1alpha1/namespaces/n/buckets/b")
    #expect(request.header("Authorization") == "Bearer canary-token" && request.caCertificate == "CA")
  }

  @Test("A client certificate goes with the request, not a header") func certificate() async throws {
    let transport = ScriptedTransport(Reply(200, "{}"))
    _ = try await connect(["context": "cert"], environment(transport)).attempt(Self.call)
    let request = try #require(transport.requests.first)
    #expect(request.clientCertificate == ClientCertificate(chain: "CHAIN", key: Secret("KEY")))
    #expect(request.header("Authorization") == nil)
  }

  @Test("A program of the user's kubeconfig is asked once, again when its token is over or refused") func program()
    async throws
  {
    let runs = Counter()
    let clock = Counter(1_000)
    let transport = ScriptedTransport { (request, earlier) throws(CallFailure) in
      Reply(earlier == 2 ? 401 : 200, request.header("Authorization") ?? "")
    }
    let files = ["~/.kube/config": Self.config, "~/.kube/ca.pem": "CA"]
    let connection = try connect(
      ["context": "two"],
      environment(files, transport, now: { Double(clock.value) }) { (program) throws(CallFailure) in
        #expect(
          program.words == ["sign-in", "x"] && program.namedIn == "~/.kube/config" && program.variables["A"] == "b")
        #expect(program.variables["KUBERNETES_EXEC_INFO"]?.contains("ExecCredential") == true)
        return Secret(
          #"{"kind":"ExecCredential","status":{"token":"t\#(runs.next())","expirationTimestamp":"1970-01-01T00:20:00Z"}}"#
        )
      })
    #expect(String(decoding: try await connection.attempt(Self.call).body, as: UTF8.self) == "Bearer t1")
    #expect(String(decoding: try await connection.attempt(Self.call).body, as: UTF8.self) == "Bearer t1")
    // Refused: asked once more.
    #expect(String(decoding: try await connection.attempt(Self.call).body, as: UTF8.self) == "Bearer t2")
    clock.set(1_190)
    #expect(String(decoding: try await connection.attempt(Self.call).body, as: UTF8.self) == "Bearer t3")
  }

  @Test("A refusal counts for all calls, and names where the credentials came from") func refused() async throws {
    let transport = ScriptedTransport(Cluster.status(401, "Unauthorized"))
    let connection = try connect(environment(transport))
    let reply = try await connection.attempt(Self.call)
    let failure = try #require(connection.transientFailure(reply, to: Self.call))
    #expect(failure.kind == .unauthenticated && failure.message.contains("the token in ~/.kube/config"))
    await #expect(throws: CallFailure.self) { try await connection.attempt(Self.call) }
    #expect(transport.requests.count == 1)
  }

  @Test("In a pod: the service account, its authority and its token") func inCluster() async throws {
    let transport = ScriptedTransport(Reply(200, "{}"))
    let folder = "/var/run/secrets/kubernetes.io/serviceaccount/"
    let connection = try connect(
      [:], ["method": "inCluster"],
      environment(
        [folder + "token": "canary\n", folder + "ca.crt": "CA"],
        variables: ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "6443"], transport))
    _ = try await connection.attempt(Self.call)
    let request = try #require(transport.requests.first)
    #expect(request.url.hasPrefix("https://10.0.0.1:6443/") && request.caCertificate == "CA")
    #expect(request.header("Authorization") == "Bearer canary")
  }

  @Test("R-14: no token over plain HTTP, and none by a reference without an address") func refusals() {
    func code(_ settings: ValueMap, _ access: ValueMap = ["method": "token", "token": "env:T"]) -> String {
      do throws(CallFailure) {
        _ = try connect(settings, access, environment())
        return ""
      } catch { return error.code + " " + error.message }
    }
    #expect(code([:]).contains("endpoint"))
    #expect(code(["endpoint": "http://kube.example"]).contains("not encrypted"))
    #expect(code(["endpoint": "http://kube.example", "insecure": "allow"]) == "")
    #expect(code(["endpoint": "https://kube.example"], [:]).contains("a kubeconfig has its own"))
    #expect(code(["endpoint": "https://kube.example", "caCertificate": "no.pem"]).contains("can't be read"))
  }

  @Test("What is wrong with a kubeconfig is told with the first call, so that a plan can be made without it")
  func offline() async throws {
    for (settings, files, words) in [
      ([:], [:], "there is no kubeconfig; tried ~/.kube/config"),
      (["context": "three"], ["~/.kube/config": Self.config], "it has one, two, cert, old"),
      (["context": "old"], ["~/.kube/config": Self.config], "auth-provider"),
      (["context": "two"], ["~/.kube/config": Self.config], "~/.kube/ca.pem, which can't be read"),
      ([:], ["~/.kube/config": "token: [canary"], "is no kubeconfig"),
    ] as [(ValueMap, [String: String], String)] {
      let connection = try connect(settings, environment(files))
      do throws(CallFailure) {
        _ = try await connection.attempt(Self.call)
        Issue.record("sent all the same: \(words)")
      } catch {
        #expect(
          error.code == "K8S0002" && error.message.contains(words) && !error.message.contains("canary"),
          "\(error.message)")
      }
    }
  }

  @Test("KUBECONFIG lists files, of which the first counts; one that the YAML names has to be confirmed") func several()
    throws
  {
    let other = Self.config.replacing("current-context: one", with: "current-context: cert").replacing(
      "a.example", with: "z.example")
    let files = ["/one": other, "/two": Self.config]
    let connection = try connect(environment(files, variables: ["KUBECONFIG": "/none:/one:/two"]))
    #expect(connection.site.endpoint == "https://z.example:6443" && connection.chosenEndpoints == [])
    let named = try connect(["kubeconfig": "/two"], environment(files))
    #expect(named.chosenEndpoints == ["https://a.example:6443"])
  }

  private func connect(_ environment: ProviderEnvironment) throws(CallFailure) -> any Connection {
    try connect([:], [:], environment)
  }

  private func connect(_ settings: ValueMap, _ environment: ProviderEnvironment) throws(CallFailure) -> any Connection {
    try connect(settings, [:], environment)
  }

  private func environment(_ transport: any HTTPTransport) -> ProviderEnvironment {
    environment(["~/.kube/config": Self.config], transport)
  }

  private func environment(
    _ files: [String: String], _ transport: any HTTPTransport, now: @escaping @Sendable () -> Double = { 1_000 },
    output: @escaping @Sendable (UsersProgram) throws(CallFailure) -> Secret = ProviderEnvironment.runsNothing
  ) -> ProviderEnvironment {
    environment(files, variables: [:], transport, now: now, output: output)
  }
}

/// A number that closures share.
private final class Counter: Sendable {
  private let count: Synchronization.Mutex<Int>
  init(_ start: Int = 0) { count = .init(start) }
  var value: Int { count.withLock { $0 } }
  func set(_ new: Int) { count.withLock { $0 = new } }
  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}
