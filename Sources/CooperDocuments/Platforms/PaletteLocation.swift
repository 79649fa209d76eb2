internal import CooperModel
internal import CooperSchema

/// The body that makes a backup location in Palette (PA-02 and the payloads of systems.md section 3).
public enum PaletteLocation {
  static func body(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    guard let platform = subject.platform, platform.type == "palette" else {
      throw .unfit(.palette, subject.address, "it is not a location in Palette", fix: "in: { PALETTE-CONNECTION: {} }")
    }
    let bucket = try subject.needsBucket()
    let identity = try subject.needsIdentity()
    let config: DocumentNode
    let type: String
    switch bucket.flavour {
    case .google: (type, config) = ("gcp", try google(bucket, identity, subject.address))
    case .azure: (type, config) = ("azure", try azure(bucket, identity, subject.address))
    case .aws: (type, config) = ("s3", try s3(bucket, identity, subject.address))
    default: (type, config) = ("minio", try s3(bucket, identity, subject.address))
    }
    return [
      "metadata": ["name": .text(subject.name), "labels": .map([]), "annotations": .map([])],
      "spec": [
        "isDefault": .flag(platform.settings["default"]?.bool ?? false), "type": .text(type), "config": config,
      ],
    ]
  }

  private static func s3(
    _ bucket: BucketFacts, _ identity: IdentityFacts, _ address: Address
  ) throws(DocumentProblem) -> DocumentNode {
    // R-01, PA-20: always a region.
    guard let region = try bucket.signingRegion() else {
      throw .lacking(bucket.address, "region, which Palette needs", fix: "write  region:  at the bucket")
    }
    return .fields([
      "bucketName": .text(try bucket.knownName()), "region": .text(region),
      "credentials": try s3Credentials(bucket, identity, address),
      "s3Url": try bucket.knownEndpoint().map { .text($0) },
      // PA-21, R-05; the API's own default is true, so it is always sent.
      "s3ForcePathStyle": .flag(bucket.needsPathStyle), "caCert": bucket.certificate.map { .text($0) },
    ])
  }

  private static func s3Credentials(
    _ bucket: BucketFacts, _ identity: IdentityFacts, _ address: Address
  ) throws(DocumentProblem) -> DocumentNode {
    if identity.hasKeyPair {
      return [
        "credentialType": "secret", "accessKey": .secret(identity.slot("accessKeyId")),
        "secretKey": .secret(identity.slot("secretAccessKey")),
      ]
    }
    // PA-23: STS on AWS alone.
    guard identity.kind == .role, bucket.flavour == .aws else {
      throw .unfit(
        .palette, address, "away from AWS Palette takes keys only (PA-23)", fix: "name an identity of type accessKey")
    }
    for party in identity.trust {
      guard case .platform("palette", _, let id?) = party, let id = try id.knownText() else { continue }
      return .fields([
        "credentialType": "sts", "sts": ["arn": .text(try identity.knownARN()), "externalId": .text(id)],
        "partition": bucket.partition == "aws" ? nil : .text(bucket.partition),
      ])
    }
    throw .lacking(identity.address, "trust in Palette", fix: "trust: [{ party: PALETTE-CONNECTION }]")
  }

  private static func google(
    _ bucket: BucketFacts, _ identity: IdentityFacts, _ address: Address
  ) throws(DocumentProblem) -> DocumentNode {
    guard identity.hasGoogleKey else {
      throw .unfit(
        .palette, address, "at Google Palette takes a JSON key only (PA-23)",
        fix: "write  key: env:NAME  at \(identity.address)")
    }
    return .fields([
      "bucketName": .text(try bucket.knownName()), "projectId": bucket.project.map { .text($0) },
      "credentials": ["jsonCredentials": .secret(identity.slot("key"))],
    ])
  }

  /// a service principal, with account, group, container and subscription.
  private static func azure(
    _ bucket: BucketFacts, _ identity: IdentityFacts, _ address: Address
  ) throws(DocumentProblem) -> DocumentNode {
    guard identity.kind == .servicePrincipal, let place = bucket.azure else {
      throw .unfit(
        .palette, address, "at Azure Palette takes a service principal only (R-08)",
        fix: "name an identity of type servicePrincipal")
    }
    guard let group = place.resourceGroup, let subscription = place.subscription,
      let tenant = identity.tenant ?? place.tenant
    else {
      throw .lacking(
        bucket.address, "tenant, subscription and resource group", fix: "write them at its connection and account")
    }
    let clouds = ["usGovernment": "azure-government", "china": "azure-china"]
    return .fields([
      "containerName": .text(try bucket.knownName()), "storageName": .text(place.account),
      "resourceGroup": .text(group), "sku": place.sku.map { .text($0) },
      "credentials": [
        "tenantId": .text(tenant), "clientId": .text(identity.clientId ?? ""),
        "clientSecret": .secret(identity.slot("clientSecret")), "subscriptionId": .text(subscription),
        "clientCloud": .text(clouds[place.cloud] ?? "public"),
      ],
    ])
  }
}
