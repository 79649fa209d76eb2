import CooperProvider
import CooperSchema

/// Builds calls of Azure Resource Manager on storage accounts and what belongs to them.
enum ArmCall {
  /// Of Microsoft.Storage; the first with TLS 1.3 and tier Cold for accounts.
  static let storageVersion = "2024-01-01"
  static let provider = "Microsoft.Storage"

  /// A call on a storage account, or on the part of it at a path. `kind` is the type behind the provider, for permissions.
  static func account(
    _ method: HTTPMethod, _ place: AccountPlace, _ path: [String] = [], query: [QueryItem] = [], ifMatch: String? = nil,
    body: Value? = nil, needs action: String, idempotent: Bool = true
  ) -> Call {
    Call(
      method, service: "arm", path: place.path + path, query: [QueryItem("api-version", storageVersion)] + query,
      headers: ifMatch.map { [Header("If-Match", $0)] } ?? [],
      body: body.map { ValueJSON.encode($0, pretty: false) } ?? [],
      permissions: [Permission("\(provider)/\(action)", on: "/" + place.path.joined(separator: "/"))],
      idempotent: idempotent)
  }

  /// A call on the subscription, e.g. the list of all of its accounts.
  static func subscription(
    _ method: HTTPMethod, _ site: Site, _ path: [String], body: Value? = nil, needs action: String
  ) -> Call {
    let subscription = site.account ?? ""
    return Call(
      method, service: "arm", path: ["subscriptions", subscription, "providers", provider] + path,
      query: [QueryItem("api-version", storageVersion)],
      body: body.map { ValueJSON.encode($0, pretty: false) } ?? [],
      permissions: [Permission("\(provider)/\(action)", on: "/subscriptions/\(subscription)")])
  }
}

/// Where a storage account stands.
struct AccountPlace: Sendable, Hashable {
  var subscription: String
  var group: String
  var name: String

  /// Segments of its path in Resource Manager.
  var path: [String] {
    [
      "subscriptions", subscription, "resourceGroups", group, "providers", ArmCall.provider, "storageAccounts", name,
    ]
  }

  /// Of an account's own target.
  init(_ target: Target) {
    self.init(target, group: target.settings["resourceGroup"]?.string, name: target.name)
  }

  /// Of the account that holds a container.
  init(holding target: Target) {
    self.init(
      target, group: target.settings[AzureContainerSupport.accountGroup]?.string,
      name: target.settings[AzureContainerSupport.accountName]?.string ?? "")
  }

  private init(_ target: Target, group: String?, name: String) {
    subscription = target.site.account ?? ""
    self.group = group ?? ""
    self.name = name
  }
}
