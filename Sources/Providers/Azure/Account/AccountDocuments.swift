import CooperModel
import CooperProvider
import CooperSchema

/// The three documents that a storage account is set up by. Facets write fragments of them; each is sent once.
enum AccountDocument: String, CaseIterable {
  /// The account itself: only given members are changed (Storage Resource Provider, Storage Accounts, Update).
  case account
  /// Properties of the blob service: replaced whole (Blob Services, Set Service Properties).
  case blobService
  /// The policy `default`: replaced whole (Management Policies, Create Or Update).
  case policy

  static let accountType = "storageAccounts"

  var type: String {
    switch self {
    case .account: Self.accountType
    case .blobService: "storageAccounts/blobServices"
    case .policy: "storageAccounts/managementPolicies"
    }
  }

  var absentCodes: Set<String> { self == .policy ? ["ManagementPolicyNotFound"] : [] }

  private var path: [String] {
    switch self {
    case .account: []
    case .blobService: ["blobServices", "default"]
    case .policy: ["managementPolicies", "default"]
    }
  }

  func read(_ target: Target) -> Call {
    ArmCall.account(.get, AccountPlace(target), path, needs: type + "/read")
  }

  /// The effect of a facet on this document.
  func patch(_ fragment: Value) -> Effect.Content { .patch(.map(ValueMap([(rawValue, fragment)]))) }

  func document(_ target: Target, _ fragment: Value?) -> ArmDocument {
    ArmDocument(
      read: read(target), type: type, absentCodes: absentCodes, configuration: configuration,
      write: { (current, etag) throws(CallFailure) in
        guard let fragment else { return nil }
        return try self.write(fragment, over: current, etag, target)
      }, isLong: self == .account)
  }

  @Sendable private func configuration(_ document: Value) -> Value {
    let properties = document["properties"]
    switch self {
    case .account:
      let names = ["accessTier", "allowBlobPublicAccess", "minimumTlsVersion", "networkAcls"]
      let own = ValueMap(names.compactMap { name in properties?[name].map { (name, $0) } })
      return ["sku": document["sku"]?["name"] ?? .null, "tags": document["tags"] ?? .null, "properties": .map(own)]
    case .blobService: return BlobServiceProperties.writable(properties ?? .null)
    case .policy: return properties?["policy"] ?? .null
    }
  }

  private func write(
    _ fragment: Value, over current: Value?, _ etag: String?, _ target: Target
  ) throws(CallFailure) -> Call? {
    let place = AccountPlace(target)
    switch self {
    case .account:
      var body = fragment
      // The firewall is one member: its rules are others' business and go back as they are.
      if let rules = fragment["properties"]?["networkAcls"] {
        let known = current?["properties"]?["networkAcls"]?.given ?? ["bypass": "AzureServices"]
        body = body.merged(with: ["properties": ["networkAcls": known.merged(with: rules)]])
      }
      return ArmCall.account(.patch, place, ifMatch: etag, body: body, needs: type + "/write")
    case .blobService:
      let merged = try BlobServiceProperties.merged(current?["properties"], with: fragment, on: place)
      return ArmCall.account(
        .put, place, path, ifMatch: etag, body: ["properties": merged], needs: type + "/write")
    case .policy:
      let rules = LifecycleRules.merged(current?["properties"]?["policy"]?["rules"]?.list ?? [], with: fragment)
      if rules.isEmpty {
        guard current != nil else { return nil }
        return ArmCall.account(.delete, place, path, ifMatch: etag, needs: type + "/delete")
      }
      return ArmCall.account(
        .put, place, path, ifMatch: etag, body: ["properties": ["policy": ["rules": .list(rules)]]],
        needs: type + "/write")
    }
  }

  /// All fragments of one account as one procedure; of the revision that the plan saw, the parts of what is written count.
  @Sendable static func combine(
    _ fragments: [Value], _ target: Target, _ precondition: String?
  ) -> any Procedure<Void> {
    let merged = fragments.reduce(Value.map(ValueMap())) { $0.merged(with: $1) }
    let expected = DocumentRevision.parts(of: precondition, count: allCases.count)
    let steps = zip(allCases, expected).compactMap { part, expected in
      merged[part.rawValue].map { (document: part.document(target, $0), expected: expected) }
    }
    return DocumentWrites(steps, on: target.site)
  }

  @Sendable static func revision(_ target: Target) -> any Procedure<String?> {
    DocumentRevision(allCases.map { $0.document(target, nil) })
  }
}

/// The properties of the blob service as one document.
enum BlobServiceProperties {
  /// Times that the service fills in and doesn't take back.
  private static let readOnly: Set<String> = ["lastEnabledTime", "minRestoreTime"]

  static func writable(_ properties: Value) -> Value {
    guard var map = properties.map else { return .map(ValueMap()) }
    if case .map(let restore)? = map["restorePolicy"] {
      map["restorePolicy"] = .map(ValueMap(restore.filter { !readOnly.contains($0.key) }.map { ($0.key, $0.value) }))
    }
    return withoutNulls(.map(map))
  }

  /// What isn't in the fragment is sent back as it was: CORS rules that are left out of a write are deleted by it.
  static func merged(_ current: Value?, with fragment: Value, on place: AccountPlace) throws(CallFailure) -> Value {
    let merged = withoutNulls(writable(current ?? .map(ValueMap())).merged(with: fragment))
    let needs: [(String, Bool)] = [
      ("versioning", merged["isVersioningEnabled"]?.bool == true),
      ("changeFeed", merged["changeFeed"]?["enabled"]?.bool == true),
      ("softDelete of blobs", merged["deleteRetentionPolicy"]?["enabled"]?.bool == true),
    ]
    let missing = needs.filter { !$0.1 }.map(\.0)
    if merged["restorePolicy"]?["enabled"]?.bool == true, !missing.isEmpty {
      throw CallFailure(
        .invalid, code: "AZU0111",
        "account \(place.name) restores blobs to a point in time, which somebody has switched on and which needs "
          + "\(missing.joined(separator: " and ")); nothing was written")
    }
    return merged
  }

  private static func withoutNulls(_ value: Value) -> Value {
    guard case .map(let map) = value else { return value }
    return .map(
      ValueMap(map.compactMap { pair in pair.value == .null ? nil : (pair.key, withoutNulls(pair.value)) }))
  }
}
