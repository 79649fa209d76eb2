import CooperModel
import CooperProvider
import CooperSchema

/// Reads a facet from one of an account's documents; with a key or a signature there is none to be read.
func readAccount<Model: Sendable>(
  _ document: AccountDocument, _ target: Target, _ decode: @escaping @Sendable (Value) throws(CallFailure) -> Model?
) -> any Procedure<Observed<Model>> {
  guard target.site.reachesSettings else { return Immediate(.unsupported(AzureAccountSupport.keyReachesData)) }
  return ArmReply.observe(document.read(target), document.type, absentCodes: document.absentCodes, decode: decode)
}

/// `sku` (Storage Resource Provider, SKU types).
enum AzureSKU: Facet {
  static let schema = AccountSKU.facet

  static func read(_ target: Target) -> any Procedure<Observed<AccountSKU>> {
    readAccount(.account, target) { (document) throws(CallFailure) in
      guard let name = document["sku"]?["name"]?.string else {
        throw ArmReply.broken("sku.name", AccountDocument.account.read(target))
      }
      if let sku = AccountSKU(rawValue: name) { return sku }
      throw CallFailure(.unsupported, code: "UnknownSKU", "SKU \(name) is none that Cooper knows")
    }
  }

  static func write(_ change: FacetChange<AccountSKU>, on target: Target) throws(CallFailure) -> Effect {
    Effect(
      rank: AzureRank.other,
      AccountDocument.account.patch(["sku": ["name": change.after.map { .string($0.rawValue) } ?? .null]]))
  }
}

/// `accessTier`: of accounts for block blobs, which are premium, there is none
/// (hashicorp/terraform-provider-azurerm#11772).
enum AzureAccessTier: Facet {
  static let schema = AccessTier.facet

  static func read(_ target: Target) -> any Procedure<Observed<AccessTier>> {
    readAccount(.account, target) { (document) throws(CallFailure) in
      guard let name = document["properties"]?["accessTier"]?.given?.string else { return nil }
      if let tier = AccessTier(rawValue: name) { return tier }
      throw CallFailure(.unsupported, code: "UnknownTier", "the account's tier is \(name), which can't be chosen")
    }
  }

  static func write(_ change: FacetChange<AccessTier>, on target: Target) throws(CallFailure) -> Effect {
    guard target.settings["accountKind"]?.string != "BlockBlobStorage" else {
      throw CallFailure(
        .unsupported, code: "AZU0112",
        "accounts of kind BlockBlobStorage are premium and have no accessTier; take it out")
    }
    return AzureRank.property("accessTier", change.after.map { .string($0.rawValue) })
  }
}

/// `minimumTls`: what is older than 1.2 is no longer served, so an account that names it has no minimum of its own.
enum AzureMinimumTLS: Facet {
  static let schema = MinimumTLS.facet
  private static let words: [MinimumTLS: String] = [.tls12: "TLS1_2", .tls13: "TLS1_3"]

  static func word(_ version: MinimumTLS) -> String { words[version] ?? "TLS1_2" }

  static func read(_ target: Target) -> any Procedure<Observed<MinimumTLS>> {
    readAccount(.account, target) { (document) throws(CallFailure) in
      let word = document["properties"]?["minimumTlsVersion"]?.given?.string
      switch word {
      case nil, "TLS1_0", "TLS1_1": return nil
      default:
        guard let known = words.first(where: { $0.value == word }) else {
          throw ArmReply.broken("minimumTlsVersion", AccountDocument.account.read(target))
        }
        return known.key
      }
    }
  }

  static func write(_ change: FacetChange<MinimumTLS>, on target: Target) throws(CallFailure) -> Effect {
    AzureRank.property("minimumTlsVersion", change.after.map { .string(word($0)) })
  }
}

/// `publicAccess`: whether containers may be public at all.
enum AzurePublicAccess: Facet {
  static let schema = AccountPublicAccess.facet

  static func read(_ target: Target) -> any Procedure<Observed<AccountPublicAccess>> {
    readAccount(.account, target) { (document) throws(CallFailure) in
      guard let value = document["properties"]?["allowBlobPublicAccess"]?.given else { return nil }
      guard let isAllowed = value.bool else {
        throw ArmReply.broken("allowBlobPublicAccess", AccountDocument.account.read(target))
      }
      return isAllowed ? .allowed : .blocked
    }
  }

  static func write(_ change: FacetChange<AccountPublicAccess>, on target: Target) throws(CallFailure) -> Effect {
    AzureRank.property("allowBlobPublicAccess", change.after.map { .bool($0 == .allowed) })
  }

  static func risks(_ change: FacetChange<AccountPublicAccess>, on target: Target) -> [Risk] {
    change.after == .allowed ? [Risk(.widensAccess, "containers of the account may be made public")] : []
  }
}

/// `networkDefault`: its rules and what passes them are carried through.
enum AzureNetworkDefault: Facet {
  static let schema = NetworkDefault.facet

  static func read(_ target: Target) -> any Procedure<Observed<NetworkDefault>> {
    readAccount(.account, target) { (document) throws(CallFailure) in
      guard let rules = document["properties"]?["networkAcls"]?.given else { return nil }
      switch rules["defaultAction"]?.string {
      case "Allow": return .allow
      case "Deny": return .deny
      default: throw ArmReply.broken("networkAcls.defaultAction", AccountDocument.account.read(target))
      }
    }
  }

  static func write(_ change: FacetChange<NetworkDefault>, on target: Target) throws(CallFailure) -> Effect {
    AzureRank.property(
      "networkAcls", change.after.map { ["defaultAction": $0 == .allow ? "Allow" : "Deny"] })
  }

  static func risks(_ change: FacetChange<NetworkDefault>, on target: Target) -> [Risk] {
    switch (change.before, change.after) {
    case (.deny?, .allow?): [Risk(.widensAccess, "requests from all networks reach the account")]
    case (.allow?, .deny?), (nil, .deny?):
      // Resource Manager is not stopped, so Cooper itself is not locked out of settings.
      [Risk(.locksOut, "requests for data from networks that no rule names are refused", needsConsent: false)]
    default: []
    }
  }
}

/// `tags`, replaced as one member.
enum AzureTags: Facet {
  static let schema = TagSet.facet

  static func read(_ target: Target) -> any Procedure<Observed<Tags>> {
    readAccount(.account, target) { (document) throws(CallFailure) in
      guard let map = document["tags"]?.given else { return nil }
      var tags: Tags = [:]
      for pair in map.map ?? ValueMap() { tags[pair.key] = pair.value.string ?? "" }
      return tags.isEmpty ? nil : tags
    }
  }

  static func write(_ change: FacetChange<Tags>, on target: Target) throws(CallFailure) -> Effect {
    let tags = ValueMap((change.after ?? [:]).map { ($0.key, .string($0.value)) })
    return Effect(rank: AzureRank.other, AccountDocument.account.patch(["tags": .map(tags)]))
  }
}

/// The order of writes: what belongs to one document goes out together in the place of its first part.
enum AzureRank {
  static let tighter = 20
  static let other = 50
  static let holds = 60
  /// Behind all else: it can't be taken back.
  static let lock = 90

  /// A member of the account's properties.
  static func property(_ name: String, _ value: Value?) -> Effect {
    Effect(
      rank: other,
      AccountDocument.account.patch(["properties": .map(ValueMap([(name, value ?? .null)]))]))
  }

  /// A member of the blob service's properties.
  static func service(_ members: Value) -> Effect { Effect(rank: other, AccountDocument.blobService.patch(members)) }
}
