import CooperModel
import CooperProvider
import CooperSchema

/// PA-12: by Palette's look-ups at Azure a check shows that the location's account and container are there, and that its
/// `sku` is a kind that Palette knows (palette-sdk-go, V1AzureStorageAccounts, V1AzureStorageContainers,
/// V1AzureStorageAccountTypes).
enum PaletteAzureLook {
  /// Nil away from Azure, where Palette has no such calls.
  static func look(_ target: Target) -> LiveLook? {
    guard let bucket = RelatedBucket(target.related["bucket"]), bucket.family == .azure, let account = bucket.account,
      let container = bucket.name.string,
      let group = bucket.related.connection["resourceGroup"]?.string,
      let subscription = bucket.related.connection["subscription"]?.string
    else { return nil }
    let place = target.settings["in"]?.map?.first?.value
    // Optional, in the vendor's client too.
    let cloudAccount = place?["cloudAccount"]?.string.map { [QueryItem("cloudAccountUid", $0)] } ?? []
    let query = [QueryItem("subscriptionId", subscription)] + cloudAccount
    let root = ["v1", "clouds", "azure"]
    let accounts = root + ["resourceGroups", group, "storageAccounts"]
    let looking = Then(PaletteScope.resolved(target)) { scoped in
      Then(items("accounts", accounts, query, scoped)) { found -> any Procedure<String> in
        guard let seen = found.first(where: { $0["name"]?.string == account }) else {
          return missing("storage account \(account) in resource group \(group)", found)
        }
        return Then(items("containers", accounts + [account, "containers"], query, scoped)) { found in
          guard found.contains(where: { $0["name"]?.string == container }) else {
            return missing("container \(container) of storage account \(account)", found)
          }
          let words = "Palette sees container \(container) of storage account \(account)"
          guard let sku = place?["sku"]?.string else { return Immediate(words) }
          let region = seen["location"]?.string.map { [QueryItem("region", $0)] } ?? []
          return Then(items("storageAccountTypes", root + ["storageaccounttypes"], region, scoped)) { kinds in
            guard kinds.contains(where: { $0["name"]?.string == sku || $0["id"]?.string == sku }) else {
              return missing("kind of storage account \(sku)", kinds)
            }
            return Immediate(words + ", of a kind that it knows")
          }
        }
      }
    }
    return LiveLook(
      name: "look", look: looking,
      fix: "correct the name, or write  cloudAccount: UID  of a cloud account in Palette that sees it, beside scope:")
  }

  private static func items(
    _ name: String, _ path: [String], _ query: [QueryItem], _ target: Target
  ) -> any Procedure<[Value]> {
    var call = PaletteLocationFacet.call(.get, path, target)
    call.query = query
    let asked = call
    return SingleCall(asked) { (reply) throws(CallFailure) in
      guard reply.status == 200 else { throw .ofPlatform(reply, to: asked, message: reply.text("message")) }
      guard let answer = try reply.json(to: asked).map else {
        throw .ofPlatform(reply, to: asked, message: "no \(name)")
      }
      // An empty list may be left out.
      return answer[name]?.list ?? []
    }
  }

  private static func missing(_ what: String, _ found: [Value]) -> any Procedure<String> {
    let names = found.compactMap { $0["name"]?.string }.sorted().prefix(5)
    let seen = names.isEmpty ? "it sees none" : "it sees \(names.joined(separator: ", "))"
    return Immediate(
      failing: CallFailure(.notFound, code: "PLT0018", "Palette sees no \(what); \(seen)"))
  }
}
