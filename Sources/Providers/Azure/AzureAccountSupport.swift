internal import CooperModel
internal import CooperSchema

/// What a storage account holds, and how it narrows the facets that buckets elsewhere have as well.
enum AzureAccountSupport {
  static let support = KindSupport(
    facets: Dictionary(StorageAccountKind.facets.map { ($0.name, .supported) }, uniquingKeysWith: { $1 }),
    settings: Set(StorageAccountKind.settings.map(\.name)), required: ["region", "resourceGroup", "sku"],
    nameProblem: { AzureNames.accountProblem($0) }, facetProblem: { problems($0, $1) })

  /// CORS rules of the blob service (Azure Storage REST API, Set Blob Service Properties).
  private static let corsLimit = 5
  /// Rules of a management policy (Azure Storage documentation, lifecycle management).
  private static let ruleLimit = 100
  private static let tiers: Set<String> = ["Cool", "Cold", "Archive"]
  /// What an account key or a signature can't do.
  static let keyReachesData =
    "an account key or a signature opens containers and blobs, and nothing of the account itself; sign in with an identity of "
    + "Entra ID (access: { method: servicePrincipal, … } or default)"

  private static func problems(_ facet: String, _ value: Value) -> [FacetProblem] {
    switch facet {
    case "cors":
      var found = CORSRule.methodProblems(value, allowed: CORSRule.methodNames.filter { $0 != "*" })
      let rules = value.list ?? []
      found += rules.indices.filter { rules[$0]["id"].map { $0 != .null } ?? false }.map { index in
        FacetProblem(
          path: [String(index), "id"], code: "AZU0105", message: "CORS rules of Azure have no ids", fix: "take id out")
      }
      if rules.count > corsLimit {
        found.append(
          .init(
            path: [], code: "AZU0101", message: "\(rules.count) CORS rules; an account holds at most \(corsLimit)"))
      }
      return found
    case "lifecycle":
      let rules = value.map ?? ValueMap()
      var found = LifecycleRule.problemsBeyondGoogle(value) + rules.flatMap { rule($0.value, id: $0.key) }
      if rules.count > ruleLimit {
        found.append(
          .init(
            path: [], code: "AZU0102",
            message: "\(rules.count) lifecycle rules; an account holds at most \(ruleLimit)"))
      }
      return found
    default: return []
    }
  }

  /// Actions and filters of the Azure Storage documentation, lifecycle management policies.
  private static func rule(_ rule: Value, id: String) -> [FacetProblem] {
    var found: [FacetProblem] = []
    let reasons = [
      "sizeGreaterThan": "has no filter by size", "sizeLessThan": "has no filter by size",
      "abortMultipartAfter": "needs none: Azure drops parts that were not committed after a week",
    ]
    for (field, reason) in reasons.sorted(by: { $0.key < $1.key }) where rule[field].map({ $0 != .null }) ?? false {
      found.append(
        .init(
          path: [id, field], code: "AZU0103", message: "a lifecycle rule of Azure \(reason)",
          fix: "take \(field) out"))
    }
    for (field, block) in [("expiration", rule["expiration"])]
      + (rule["transitions"]?.list ?? []).map({ ("transitions", $0) })
    where block?["date"].map({ $0 != .null }) ?? false {
      found.append(
        .init(
          path: [id, field], code: "AZU0106", message: "a lifecycle rule of Azure counts days and knows no dates",
          fix: "write  after: 30d"))
    }
    if rule["noncurrentExpiration"]?["keep"] != nil {
      found.append(
        .init(
          path: [id, "noncurrentExpiration", "keep"], code: "AZU0103",
          message: "a lifecycle rule of Azure counts days and no versions", fix: "take keep out"))
    }
    for (index, transition) in (rule["noncurrentTransitions"]?.list ?? []).enumerated()
    where transition["keep"].map({ $0 != .null }) ?? false {
      found.append(
        .init(
          path: [id, "noncurrentTransitions", String(index), "keep"], code: "AZU0103",
          message: "a lifecycle rule of Azure counts days and no versions", fix: "take keep out"))
    }
    if rule["expiration"]?["expiredObjectDeleteMarker"]?.bool == true {
      found.append(
        .init(
          path: [id, "expiration", "expiredObjectDeleteMarker"], code: "AZU0103",
          message: "Azure has no delete markers", fix: "take it out"))
    }
    for field in ["transitions", "noncurrentTransitions"] {
      for (index, transition) in (rule[field]?.list ?? []).enumerated() {
        guard let name = transition["to"]?.string, !tiers.contains(name) else { continue }
        found.append(
          .init(
            path: [id, field, String(index), "to"], code: "AZU0104",
            message: "\(name) is no tier that blobs move to; there are \(tiers.sorted().joined(separator: ", "))",
            fix: "Cool"))
      }
    }
    return found
  }
}
