import CooperProvider
import CooperSigning

/// The place that a call is sent to.
struct AzurePlace: Sendable, Hashable {
  var endpoint: EndpointURL
  /// Percent-encoded, with a slash in front.
  var path: String

  /// Without a query.
  var url: String { endpoint.scheme + "://" + endpoint.authority + path }
}

/// From the services of calls to addresses: `arm`, and `blob` of the account that stands in the place of a bucket.
struct AzureAddressing: Sendable, Hashable {
  var cloud: AzureCloud
  /// An emulator or a private endpoint for data.
  var data: EndpointURL?
  var resourceManager: EndpointURL
  var authority: EndpointURL

  /// Scheme and host of an account's blob service; one identity has one spelling.
  func blobEndpoint(of account: String) -> EndpointURL {
    guard let data else { return EndpointURL(scheme: "https", authority: account + "." + cloud.blobSuffix) }
    if data.host.hasPrefix(account + ".") { return EndpointURL(scheme: data.scheme, authority: data.authority) }
    // Emulators have the account in front of the path.
    return EndpointURL(scheme: data.scheme, authority: data.authority, path: [account])
  }

  func place(of call: Call) -> AzurePlace {
    let endpoint = call.service == "blob" ? blobEndpoint(of: call.bucket ?? "") : resourceManager
    let path = CooperSigning.PercentEncoding.path(endpoint.path + call.path, keepingSlashes: call.service == "blob")
    return AzurePlace(endpoint: endpoint, path: String(decoding: path, as: UTF8.self))
  }
}
