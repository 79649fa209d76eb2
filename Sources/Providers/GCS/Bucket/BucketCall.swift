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

  /// A call on the rights of a bucket, which isn't always the resource that is being changed.
  static func bucketPolicy(
    _ method: HTTPMethod, of bucket: String, query: [QueryItem] = [], body: Value? = nil, needs action: String
  ) -> Call {
    Call(
      method, service: "storage", bucket: bucket, path: ["iam"], query: query, body: body.map(GCSJSON.body) ?? [],
      permissions: [Permission(action, on: "projects/_/buckets/\(bucket)")])
  }

  /// A call on a service account, or on those of the project (IAM API, projects.serviceAccounts).
  static func account(
    _ method: HTTPMethod, _ site: Site, _ email: String?, verb: String? = nil, query: [QueryItem] = [],
    body: Value? = nil, needs action: String, onlyAsks: Bool = false, idempotent: Bool = true
  ) -> Call {
    let path = ["projects", site.project, "serviceAccounts"] + [email].compactMap { $0 }
    var call = Call(
      method, service: "iam", path: path + [verb.map { ":" + $0 }].compactMap { $0 }, query: query,
      body: body.map(GCSJSON.body) ?? [], permissions: [Permission(action, on: path.joined(separator: "/"))],
      idempotent: idempotent)
    call.onlyAsks = onlyAsks
    return call
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
