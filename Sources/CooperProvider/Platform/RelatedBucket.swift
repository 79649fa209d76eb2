public import CooperModel
public import CooperSchema

/// Whose store a bucket is in, as platforms tell them apart (systems.md section 7).
public enum StoreFamily: String, Sendable, Hashable { case aws, minio, otherS3, google, azure, local }

/// What documents of platforms say of a bucket.
public struct RelatedBucket: Sendable {
  public let related: Related

  /// Nil where the settings name none.
  public init?(_ related: Related?) {
    guard let related else { return nil }
    self.related = related
  }

  public var family: StoreFamily {
    switch related.site?.type {
    case "aws"?: .aws
    case "minio"?: .minio
    case "gcs"?: .google
    case "azure"?: .azure
    case "local"?: .local
    default: .otherS3
    }
  }

  /// PEM text of who vouches for the store; that of a cluster vouches for the cluster alone.
  public var caCertificate: String? {
    guard related.site?.type == "kubernetes" else { return related.caCertificate }
    return told("caCertificate")?.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The same for documents: known after apply as long as COSI hasn't told, and empty where it tells of none.
  public var bornCertificate: Value? { caCertificate.map { .string($0) } ?? told("caCertificate") }

  /// What COSI tells of the store besides its address; known after apply until then. A record of before it was read says
  /// nothing, and neither does Cozystack.
  public func told(_ output: String) -> Value? {
    guard related.site?.type == "kubernetes", related.facets["cosi"] != nil, let value = related.outputs[output] else {
      return nil
    }
    return value.hasUnknowns && related.outputs["endpoint"]?.hasUnknowns == false ? nil : value
  }

  public var speaksS3: Bool { [.aws, .minio, .otherS3].contains(family) }
  public var name: Value { related.name }

  /// With its scheme; nil is the cloud's own. A cluster's is born there, and is known after apply.
  public var endpoint: Value? {
    if related.site?.type == "kubernetes" {
      guard let endpoint = related.outputs["endpoint"] else { return nil }
      guard let text = endpoint.string, !text.contains("://") else { return endpoint }
      return .string("https://" + text)
    }
    return related.connection["endpoint"]
  }

  public var region: Value? {
    let born = related.site?.type == "kubernetes" ? related.outputs["region"] : nil
    let value = related.region.map { .string($0) } ?? related.connection["region"] ?? born
    return value == .string("") ? nil : value
  }

  /// Stores without a region are signed for us-east-1 (CZ-09).
  public var signingRegion: Value? { region ?? (family == .aws || !speaksS3 ? nil : "us-east-1") }

  /// on for MinIO and for any endpoint of one's own.
  public var usesPathStyle: Bool {
    if let told = told("pathStyle")?.string { return told == "true" }
    return related.connection["pathStyle"]?.bool == true || family == .minio || endpoint != nil
  }

  public var allowsPlainHTTP: Bool { endpoint?.string?.hasPrefix("http://") ?? false }
  /// The account that holds a container.
  public var account: String? { related.scope?.split(separator: "/").last.map(String.init) }
}

/// What documents of platforms say of who uses a bucket.
public struct RelatedIdentity: Sendable {
  public let related: Related

  public init?(_ related: Related?) {
    guard let related else { return nil }
    self.related = related
  }

  public var variant: String { related.variant ?? "" }
  public var hasKeyPair: Bool { variant == "accessKey" || variant == "bucketUser" }
  /// True for a service account with its JSON key.
  public var hasGoogleKey: Bool { related.settings["key"] != nil }

  /// A reference to a secret: of the YAML, or to an output of the platform that makes it.
  public func reference(_ field: String) -> Value? { related.settings[field] ?? related.outputs[field] }

  /// The ARN, which may be known after apply.
  public var arn: Value? { related.settings["arn"] ?? related.outputs["arn"] }
  public var email: Value? { related.settings["email"] ?? related.outputs["email"] }

  /// External ids that its trust demands, of a platform's connection or of anybody.
  public func externalIds(of connection: String?) -> [Value] {
    (related.facets["trust"]?.list ?? []).compactMap { entry in
      connection == nil || entry["party"]?.string == connection ? entry["externalId"] : nil
    }
  }
}

extension CallFailure {
  /// What can't be registered as declared; said before any call.
  public static func unfitForPlatform(_ address: Address, _ problem: String, fix: String) -> CallFailure {
    CallFailure(.invalid, code: "PLT0011", "\(address): \(problem); \(fix)")
  }
}
