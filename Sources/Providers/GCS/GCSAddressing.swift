import CooperProvider
import CooperSigning

/// Where calls go: a function of the connection's endpoint and of the call.
struct GCSAddressing: Sendable, Hashable {
  /// Where Google's own storage answers.
  static let storage = EndpointURL(scheme: "https", authority: "storage.googleapis.com")
  static let iam = EndpointURL(scheme: "https", authority: "iam.googleapis.com")

  /// An emulator or a private endpoint; nil means Google.
  var endpoint: EndpointURL?
  /// As `endpoint`, for the IAM API.
  var iamEndpoint: EndpointURL?

  /// Behind an emulator or a store of others nobody knows whose accounts are meant: none of Google's own is touched.
  var leavesIAMOpen: Bool {
    guard iamEndpoint == nil, let host = endpoint?.authority.split(separator: ":").first else { return false }
    return !(host == "googleapis.com" || host.hasSuffix(".googleapis.com"))
  }

  func url(of call: Call) -> String {
    var place = call.service == "iam" ? iamEndpoint ?? Self.iam : endpoint ?? Self.storage
    // Contents of objects are sent to a path of their own (JSON API, Objects: insert).
    if call.service == "upload" { place.path.append("upload") }
    place.path += call.service == "iam" ? ["v1"] : ["storage", "v1"]
    if let bucket = call.bucket { place.path += ["b", bucket] }
    // The name of an object is one segment, its slashes too.
    var steps = call.path
    // The verb of a custom method belongs to the last segment, its colon as it is (AIP-136).
    var verb = ""
    if let last = steps.last, last.hasPrefix(":") { verb = steps.removeLast() }
    let path = PercentEncoding.path(place.path + steps, keepingSlashes: false)
    let query = PercentEncoding.query(call.query)
    return place.scheme + "://" + place.authority + String(decoding: path, as: UTF8.self) + verb
      + (query.isEmpty ? "" : "?" + String(decoding: query, as: UTF8.self))
  }
}
