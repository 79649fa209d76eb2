import CooperModel
import CooperProvider
import CooperSchema
import CooperSigning
import Synchronization

/// A way to one cluster: finds credentials, sends, and knows nothing of plans.
struct KubernetesConnection: Connection {
  /// Where requests go, as far as it is known without asking.
  struct Cluster: Sendable {
    /// Scheme, host, port and perhaps a path, without a slash at the end.
    var server: String
    var caCertificate: String?
    var verifiesTLS: Bool
    var access: ClusterAccess
    /// The YAML, or a file that the repository holds, chose the address.
    var isChosen: Bool
  }

  let site: Site
  /// A failure when the kubeconfig can't be used; told with the first call, so that a plan can be made offline.
  let cluster: Result<Cluster, CallFailure>
  let credentials: ClusterCredentials
  let transport: any HTTPTransport
  private let refusals = Refusals()

  init(
    site: Site, cluster: Result<Cluster, CallFailure>, credentials: ClusterCredentials, transport: any HTTPTransport
  ) {
    self.site = site
    self.cluster = cluster
    self.credentials = credentials
    self.transport = transport
  }

  var declaredAccount: String? { nil }

  var chosenEndpoints: [String] {
    guard case .success(let cluster) = cluster, cluster.isChosen else { return [] }
    return [cluster.server]
  }

  func attempt(_ call: Call) async throws(CallFailure) -> Reply {
    let cluster = try cluster.get()
    if let refusal = refusals.first { throw refusal }
    var reply = try await send(call, cluster)
    if reply.status == 401, credentials.renew(cluster.access) { reply = try await send(call, cluster) }
    if reply.status == 401 { refusals.note(refused(reply, call)) }
    return reply
  }

  private func send(_ call: Call, _ cluster: Cluster) async throws(CallFailure) -> Reply {
    let credential = try credentials.current(cluster.access)
    var headers = call.headers
    if let token = credential.token {
      headers.append(Header("Authorization", "Bearer " + token.withBytes { String(decoding: $0, as: UTF8.self) }))
    }
    var request = HTTPRequest(
      call.method, url(for: call), headers: headers, body: call.body, caCertificate: cluster.caCertificate,
      verifiesTLS: cluster.verifiesTLS, idempotent: call.idempotent)
    request.clientCertificate = credential.certificate
    return try await transport.send(request)
  }

  func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? {
    if 200..<300 ~= reply.status { return nil }
    let failure = StatusFailure.failure(reply, to: call)
    switch failure.kind {
    case .throttled, .unavailable: return failure
    case .unauthenticated: return refused(reply, call)
    default: return nil
    }
  }

  private func refused(_ reply: Reply, _ call: Call) -> CallFailure {
    var failure = StatusFailure.failure(reply, to: call)
    failure.message =
      "connection \"\(site.connection)\": the cluster \(site.endpoint) doesn't know \(credentials.source) (401 Unauthorized); "
      + "sign in again or correct  access:"
    return failure
  }

  func url(for call: Call) -> String {
    let path = String(decoding: PercentEncoding.path(call.path, keepingSlashes: false), as: UTF8.self)
    let query = String(decoding: PercentEncoding.query(call.query), as: UTF8.self)
    return site.endpoint + path + (query.isEmpty ? "" : "?" + query)
  }

  func identify() -> (any Procedure<SignedInIdentity>)? { WhoAmI(source: { [credentials] in credentials.source }) }

  func identity(of name: String) -> PhysicalIdentity {
    PhysicalIdentity(endpoint: site.endpoint, scope: site.settings["namespace"]?.string, name: name)
  }
}

/// What the cluster said to wrong credentials: it isn't asked again with them.
private final class Refusals: Sendable {
  private let known = Mutex<CallFailure?>(nil)
  var first: CallFailure? { known.withLock { $0 } }
  func note(_ failure: CallFailure) { known.withLock { $0 = $0 ?? failure } }
}

/// Who is signed in: a SelfSubjectReview, or where the cluster has none yet (before 1.28) that the credentials are taken.
struct WhoAmI: Procedure {
  let source: @Sendable () -> String
  private var asksVersion = false

  init(source: @escaping @Sendable () -> String) { self.source = source }

  private static let review = Call(
    .post, service: "kubernetes", path: ["apis", "authentication.k8s.io", "v1", "selfsubjectreviews"],
    headers: [Header("Accept", "application/json"), Header("Content-Type", "application/json")],
    body: Array(#"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#.utf8),
    permissions: [Permission("create", on: "selfsubjectreviews.authentication.k8s.io")])
  private static let version = Call(
    .get, service: "kubernetes", path: ["version"], headers: [Header("Accept", "application/json")],
    permissions: [Permission("get", on: "/version")])

  mutating func next(_ reply: Reply?) -> Step<SignedInIdentity> {
    guard let reply else { return .call(Self.review) }
    if asksVersion {
      guard 200..<300 ~= reply.status || reply.status == 403 else {
        return .failed(StatusFailure.failure(reply, to: Self.version))
      }
      return .done(SignedInIdentity(account: nil, principal: "a user of the cluster", source: source()))
    }
    if reply.status == 401 { return .failed(StatusFailure.failure(reply, to: Self.review)) }
    if 200..<300 ~= reply.status, let answer = try? ValueJSON.decode(reply.body),
      let name = answer["status"]?["userInfo"]?["username"]?.string
    {
      return .done(SignedInIdentity(account: nil, principal: name, source: source()))
    }
    asksVersion = true
    return .call(Self.version)
  }
}
