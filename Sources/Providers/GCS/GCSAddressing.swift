import CooperProvider
import CooperSigning

/// Where calls go: a function of the connection's endpoint and of the call.
struct GCSAddressing: Sendable, Hashable {
  /// Where Google's own storage answers.
  static let storage = EndpointURL(scheme: "https", authority: "storage.googleapis.com")
  static let iam = EndpointURL(scheme: "https", authority: "iam.googleapis.com")

  /// An emulator or a private endpoint; nil means Google.
  var endpoint: EndpointURL?

  func url(of call: Call) -> String {
    var place = call.service == "iam" ? Self.iam : endpoint ?? Self.storage
    // Contents of objects are sent to a path of their own (JSON API, Objects: insert).
    if call.service == "upload" { place.path.append("upload") }
    place.path += call.service == "iam" ? ["v1"] : ["storage", "v1"]
    if let bucket = call.bucket { place.path += ["b", bucket] }
    // The name of an object is one segment, its slashes too.
    let path = PercentEncoding.path(place.path + call.path, keepingSlashes: false)
    let query = PercentEncoding.query(call.query)
    return place.scheme + "://" + place.authority + String(decoding: path, as: UTF8.self)
      + (query.isEmpty ? "" : "?" + String(decoding: query, as: UTF8.self))
  }
}
