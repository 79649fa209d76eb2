import CooperProvider
import CooperSchema

/// Builds calls on a container, on either plane.
enum ContainerCall {
  static let type = "storageAccounts/blobServices/containers"

  /// Resource Manager (Storage Resource Provider, Blob Containers).
  static func arm(
    _ method: HTTPMethod, _ target: Target, _ path: [String] = [], ifMatch: String? = nil, body: Value? = nil,
    needs action: String, idempotent: Bool = true
  ) -> Call {
    ArmCall.account(
      method, AccountPlace(holding: target), ["blobServices", "default", "containers", target.name] + path,
      ifMatch: ifMatch, body: body, needs: action.hasPrefix("/") ? type + action : action, idempotent: idempotent)
  }

  /// The blob service (Storage REST API, Operations on containers and on blobs).
  static func data(
    _ method: HTTPMethod, _ target: Target, _ path: [String] = [], query: [QueryItem] = [], headers: [Header] = [],
    body: [UInt8] = [], needs action: String, idempotent: Bool = true
  ) -> Call {
    let account = AccountPlace(holding: target)
    return Call(
      method, service: "blob", bucket: account.name, path: [target.name] + path, query: query, headers: headers,
      body: body,
      permissions: [
        Permission(
          "\(ArmCall.provider)/\(type)\(action)",
          on: "/" + (account.path + ["blobServices", "default", "containers", target.name]).joined(separator: "/"))
      ], idempotent: idempotent)
  }

  /// The read that carries all of what is known of a container.
  static func read(_ target: Target) -> Call {
    target.site.reachesSettings
      ? arm(.get, target, needs: "/read")
      : data(.get, target, query: [QueryItem("restype", "container")], needs: "/read")
  }
}
