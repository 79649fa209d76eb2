import CooperModel
import CooperProvider
import CooperSchema

/// Builds calls of the Cloud Storage JSON API on one bucket.
extension Call {
  static func bucket(
    _ method: HTTPMethod, _ target: Target, path: [String] = [], query: [QueryItem] = [], body: Value? = nil,
    needs actions: String..., onObjects: Bool = false, idempotent: Bool = true
  ) -> Call {
    let resource = target.resourceName + (onObjects ? "/objects/*" : "")
    return Call(
      method, service: "storage", bucket: target.name, path: path, query: query, body: body.map(GCSJSON.body) ?? [],
      permissions: actions.map { Permission($0, on: resource) }, idempotent: idempotent)
  }

  /// A call on what belongs to the project.
  static func project(
    _ method: HTTPMethod, _ site: Site, path: [String], query: [QueryItem] = [], body: Value? = nil,
    needs action: String,
    idempotent: Bool = true
  ) -> Call {
    Call(
      method, service: "storage", path: path, query: query, body: body.map(GCSJSON.body) ?? [],
      permissions: [Permission(action, on: "projects/\(site.project)")], idempotent: idempotent)
  }
}

extension Target {
  /// As IAM names it (IAM documentation, conditions: resource names of Cloud Storage).
  var resourceName: String { "projects/_/buckets/\(name)" }
}

extension Site {
  /// The project that owns the connection's buckets.
  var project: String { account ?? "" }
}
