import CooperProvider

/// Addresses of one of Azure's clouds (azure-identity `AzureAuthorityHosts`; Azure documentation, "Azure Government
/// endpoints" and "Azure China developer guide").
enum AzureCloud: String, Sendable, CaseIterable {
  case `public`
  case usGovernment, china

  /// Where tokens come from.
  var authority: EndpointURL {
    switch self {
    case .public: Self.https("login.microsoftonline.com")
    case .usGovernment: Self.https("login.microsoftonline.us")
    case .china: Self.https("login.chinacloudapi.cn")
    }
  }

  /// Azure Resource Manager.
  var resourceManager: EndpointURL {
    switch self {
    case .public: Self.https("management.azure.com")
    case .usGovernment: Self.https("management.usgovcloudapi.net")
    case .china: Self.https("management.chinacloudapi.cn")
    }
  }

  /// What follows the name of an account in the host name of its blob service.
  var blobSuffix: String {
    switch self {
    case .public: "blob.core.windows.net"
    case .usGovernment: "blob.core.usgovcloudapi.net"
    case .china: "blob.core.chinacloudapi.cn"
    }
  }

  /// Audience of tokens for data, in all clouds.
  static let storageAudience = "https://storage.azure.com"

  private static func https(_ host: String) -> EndpointURL { EndpointURL(scheme: "https", authority: host) }
}

/// What a token is good for; each has tokens of its own.
enum AzureAudience: String, Sendable, CaseIterable {
  case resourceManager, storage
}
