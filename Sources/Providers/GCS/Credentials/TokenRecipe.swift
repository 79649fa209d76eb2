import CooperModel
import CooperProvider
import CooperSchema

/// How a connection comes to its tokens, as declared; a value, before anything is looked up.
enum TokenRecipe: Sendable, Hashable {
  /// Application default credentials.
  case usual
  /// A reference to the JSON key of a service account, and the field it stands in.
  case key(Value, field: String)
  /// Another service account, by way of the usual credentials.
  case impersonate(Impersonation)
  case workloadIdentity(audience: String, tokenFile: String?, serviceAccount: String?)
  case metadata(serviceAccount: String?)
  case token(Value, field: String)
  /// Calls without a token.
  case anonymous

  /// Reads a checked `access` block; throws the field and what it lacks.
  init(_ access: ValueMap, field: String) throws(AccessProblem) {
    func given(_ name: String) throws(AccessProblem) -> Value {
      guard let value = access[name] else { throw AccessProblem(field: field + "." + name, words: "is missing") }
      return value
    }
    switch access["method"]?.string ?? "default" {
    case "", "default": self = .usual
    case "serviceAccountKey": self = .key(try given("key"), field: field + ".key")
    case "impersonate":
      let lifetime = access["lifetime"]?.string.flatMap { TimeSpan($0) }?.seconds
      self = .impersonate(
        Impersonation(
          account: try given("serviceAccount").string ?? "",
          delegates: access["delegates"]?.list?.compactMap(\.string) ?? [],
          seconds: lifetime ?? Impersonation.standardSeconds))
    case "workloadIdentity":
      self = .workloadIdentity(
        audience: try given("audience").string ?? "", tokenFile: access["tokenFile"]?.string,
        serviceAccount: access["serviceAccount"]?.string)
    case "metadata": self = .metadata(serviceAccount: access["serviceAccount"]?.string)
    case "accessToken": self = .token(try given("token"), field: field + ".token")
    case "anonymous": self = .anonymous
    case let other: throw AccessProblem(field: field + ".method", words: "\(other) is not known here")
    }
  }
}

/// Acting as a service account, perhaps over others on the way (IAM Service Account Credentials API,
/// generateAccessToken).
struct Impersonation: Sendable, Hashable {
  static let standardSeconds: Int64 = 3600

  var account: String
  var delegates: [String] = []
  var seconds = standardSeconds
  /// Where it is asked for; nil means Google's own address.
  var url: String?
}

/// What is wrong with an `access` block, in words without secrets.
struct AccessProblem: Error {
  var field: String
  var words: String
}
