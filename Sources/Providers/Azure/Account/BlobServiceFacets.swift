import CooperModel
import CooperProvider
import CooperSchema

/// Days in a retention policy of the blob service: absent, off and zero read alike
/// (hashicorp/terraform-provider-azurerm#22109).
private func retention(_ policy: Value?, _ call: Call) throws(CallFailure) -> TimeSpan? {
  guard let policy = policy?.given, policy["enabled"]?.bool == true else { return nil }
  guard let days = policy["days"]?.given else { return nil }
  guard let span = days.timeSpanOfDays else { throw ArmReply.broken("days", call) }
  return span.seconds == 0 ? nil : span
}

/// `versioning`: there is no telling an account that never had versions from one that stopped, unless the service says so.
enum AzureVersioning: Facet {
  static let schema = Versioning.facet

  static func read(_ target: Target) -> any Procedure<Observed<Versioning>> {
    readAccount(.blobService, target) { (document) throws(CallFailure) in
      guard let value = document["properties"]?["isVersioningEnabled"]?.given else { return nil }
      guard let isOn = value.bool else {
        throw ArmReply.broken("isVersioningEnabled", AccountDocument.blobService.read(target))
      }
      return isOn ? .enabled : .suspended
    }
  }

  static func write(_ change: FacetChange<Versioning>, on target: Target) throws(CallFailure) -> Effect {
    AzureRank.service(["isVersioningEnabled": .bool(change.after == .enabled)])
  }

  static func risks(_ change: FacetChange<Versioning>, on target: Target) -> [Risk] {
    change.before == .enabled && change.after != .enabled
      ? [Risk(.losesData, "overwritten and deleted blobs leave no version behind")] : []
  }
}

/// `softDelete`, of blobs and of containers.
enum AzureSoftDelete: Facet {
  static let schema = AccountSoftDelete.facet

  static func read(_ target: Target) -> any Procedure<Observed<AccountSoftDelete>> {
    readAccount(.blobService, target) { (document) throws(CallFailure) in
      let call = AccountDocument.blobService.read(target)
      let properties = document["properties"]
      let found = AccountSoftDelete(
        blobs: try retention(properties?["deleteRetentionPolicy"], call),
        containers: try retention(properties?["containerDeleteRetentionPolicy"], call))
      return found.blobs == nil && found.containers == nil ? nil : found
    }
  }

  /// Off is nothing beside another period, and zero where nothing is kept at all.
  static func canonical(_ model: AccountSoftDelete, on site: Site) -> AccountSoftDelete {
    func days(_ span: TimeSpan?) -> TimeSpan? { span?.seconds == 0 ? nil : span }
    let (blobs, containers) = (days(model.blobs), days(model.containers))
    if blobs == nil && containers == nil { return AccountSoftDelete(blobs: .days(0), containers: .days(0)) }
    return AccountSoftDelete(blobs: blobs, containers: containers)
  }

  static func write(_ change: FacetChange<AccountSoftDelete>, on target: Target) throws(CallFailure) -> Effect {
    func policy(_ span: TimeSpan?) -> Value {
      let days = span?.wholeDays ?? 0
      return days == 0 ? ["enabled": false, "days": .null] : ["enabled": true, "days": .integer(days)]
    }
    return AzureRank.service([
      "deleteRetentionPolicy": policy(change.after?.blobs),
      "containerDeleteRetentionPolicy": policy(change.after?.containers),
    ])
  }

  static func risks(_ change: FacetChange<AccountSoftDelete>, on target: Target) -> [Risk] {
    let parts = [
      ("blobs", change.before?.blobs, change.after?.blobs),
      ("containers", change.before?.containers, change.after?.containers),
    ]
    return parts.compactMap { what, before, after in
      guard let before, before > (after ?? .days(0)) else { return nil }
      return Risk(
        .losesData, "deleted \(what) can be brought back for \((after ?? .days(0)).text) and no longer \(before.text)")
    }
  }
}

/// `changeFeed`; how long it is kept is carried through.
enum AzureChangeFeed: Facet {
  static let schema = ChangeFeed.facet

  static func read(_ target: Target) -> any Procedure<Observed<ChangeFeed>> {
    readAccount(.blobService, target) { (document) throws(CallFailure) in
      guard let feed = document["properties"]?["changeFeed"]?.given, let isOn = feed["enabled"]?.bool else {
        return nil
      }
      return isOn ? .enabled : .disabled
    }
  }

  static func write(_ change: FacetChange<ChangeFeed>, on target: Target) throws(CallFailure) -> Effect {
    AzureRank.service(["changeFeed": ["enabled": .bool(change.after == .enabled)]])
  }
}

/// `lastAccessTracking`; its name and granularity are fixed (Blob Services, LastAccessTimeTrackingPolicy).
enum AzureLastAccessTracking: Facet {
  static let schema = LastAccessTracking.facet

  static func read(_ target: Target) -> any Procedure<Observed<LastAccessTracking>> {
    readAccount(.blobService, target) { (document) throws(CallFailure) in
      guard let policy = document["properties"]?["lastAccessTimeTrackingPolicy"]?.given,
        let isOn = policy["enable"]?.bool
      else { return nil }
      return isOn ? .enabled : .disabled
    }
  }

  static func write(_ change: FacetChange<LastAccessTracking>, on target: Target) throws(CallFailure) -> Effect {
    guard change.after == .enabled else {
      return AzureRank.service(["lastAccessTimeTrackingPolicy": ["enable": false]])
    }
    return AzureRank.service([
      "lastAccessTimeTrackingPolicy": [
        "enable": true, "name": "AccessTimeTracking", "trackingGranularityInDays": 1, "blobType": ["blockBlob"],
      ]
    ])
  }
}

/// `cors`: one document of an account, at most five rules, without ids (Storage REST API, Set Blob Service Properties).
enum AzureCORS: Facet {
  static let schema = CORSRule.facet

  static func read(_ target: Target) -> any Procedure<Observed<[CORSRule]>> {
    readAccount(.blobService, target) { (document) throws(CallFailure) in
      let call = AccountDocument.blobService.read(target)
      var rules: [CORSRule] = []
      for element in document["properties"]?["cors"]?.given?["corsRules"]?.given?.list ?? [] {
        func texts(_ name: String) throws(CallFailure) -> [String] {
          guard let value = element[name]?.given else { return [] }
          guard let list = value.list else { throw ArmReply.broken(name, call) }
          return list.compactMap(\.string)
        }
        var age = TimeSpan(seconds: 0)
        if let value = element["maxAgeInSeconds"]?.given {
          guard let seconds = value.integer else { throw ArmReply.broken("maxAgeInSeconds", call) }
          age = TimeSpan(seconds: seconds)
        }
        rules.append(
          CORSRule(
            origins: try texts("allowedOrigins"), methods: try texts("allowedMethods"),
            headers: try texts("allowedHeaders"), expose: try texts("exposedHeaders"), maxAge: age))
      }
      return rules.isEmpty ? nil : rules
    }
  }

  /// The first rule that matches wins, so rules stay in order; inside a rule all lists are sets. An age is always sent, so
  /// none is zero here.
  static func canonical(_ model: [CORSRule], on site: Site) -> [CORSRule] {
    model.map { rule in
      CORSRule(
        origins: ordered(rule.origins) ?? [], methods: ordered(rule.methods) ?? [], headers: ordered(rule.headers),
        expose: ordered(rule.expose), maxAge: rule.maxAge ?? TimeSpan(seconds: 0))
    }
  }

  private static func ordered(_ texts: [String]?) -> [String]? {
    guard let texts, !texts.isEmpty else { return nil }
    return Set(texts).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  static func write(_ change: FacetChange<[CORSRule]>, on target: Target) throws(CallFailure) -> Effect {
    func list(_ texts: [String]?) -> Value { .list((texts ?? []).map { .string($0) }) }
    let rules = (change.after ?? []).map { rule -> Value in
      [
        "allowedOrigins": list(rule.origins), "allowedMethods": list(rule.methods),
        "allowedHeaders": list(rule.headers), "exposedHeaders": list(rule.expose),
        "maxAgeInSeconds": .integer(rule.maxAge?.seconds ?? 0),
      ]
    }
    return AzureRank.service(["cors": ["corsRules": .list(rules)]])
  }

  static func risks(_ change: FacetChange<[CORSRule]>, on target: Target) -> [Risk] {
    func open(_ rules: [CORSRule]?) -> Set<String> {
      Set((rules ?? []).filter { $0.origins.contains("*") }.flatMap(\.methods))
    }
    let gained = open(change.after).subtracting(open(change.before)).sorted()
    return gained.isEmpty
      ? [] : [Risk(.widensAccess, "pages of every origin (*) may send \(gained.joined(separator: ", "))")]
  }
}
