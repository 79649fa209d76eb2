import CooperProvider
import CooperSchema

/// How a connection comes to its credentials, as declared; a value, before anything is looked up.
enum AzureRecipe: Sendable, Hashable {
  /// Environment, workload identity, managed identity, in this order.
  case usual
  case accountKey(Value)
  case sas(Value)
  case secret(clientID: String, Value)
  case certificate(clientID: String, Value)
  case managedIdentity(clientID: String?)
  case workloadIdentity(clientID: String?, tokenFile: String?)

  /// Reads a checked `access` block; nil for a method that is not known here.
  init?(_ access: ValueMap) {
    let client = access["clientId"]?.string?.lowercased()
    switch access["method"]?.string ?? "default" {
    case "default", "": self = .usual
    case "accountKey": self = .accountKey(access["key"] ?? .null)
    case "sas": self = .sas(access["token"] ?? .null)
    case "servicePrincipal": self = .secret(clientID: client ?? "", access["clientSecret"] ?? .null)
    case "servicePrincipalCertificate": self = .certificate(clientID: client ?? "", access["certificate"] ?? .null)
    case "managedIdentity": self = .managedIdentity(clientID: client)
    case "workloadIdentity": self = .workloadIdentity(clientID: client, tokenFile: access["tokenFile"]?.string)
    default: return nil
    }
  }

  /// What sites say of it: with a key or a signature only data can be reached.
  var access: AzureAccess {
    switch self {
    case .accountKey: .accountKey
    case .sas: .sas
    default: .token
    }
  }
}

/// What can be called: a token of Entra ID opens settings and data, a key or a signature opens data alone.
enum AzureAccess: String, Sendable {
  case token, accountKey, sas
}

extension Site {
  /// Offline nothing is called, so the usual way is as good as any.
  var azureAccess: AzureAccess { access.flatMap { AzureAccess(rawValue: $0) } ?? .token }
  var reachesSettings: Bool { azureAccess == .token }
}
