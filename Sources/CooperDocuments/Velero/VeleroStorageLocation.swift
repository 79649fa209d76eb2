internal import CooperModel
internal import CooperSchema

/// `velero.io/v1` BackupStorageLocation.
enum VeleroStorageLocation {
  static func manifest(
    of subject: DocumentSubject, _ platform: DocumentSubject.Platform, _ credential: VeleroCredential?
  ) throws(DocumentProblem) -> DocumentNode {
    let bucket = try subject.needsBucket()
    let name = try bucket.knownName()
    let provider = VeleroManifests.provider(of: bucket)
    // VL-01.
    guard !name.contains("/") else {
      throw .veleroConfig(subject.address, "Velero takes no / in \"\(name)\" (VL-01)", fix: "write  prefix:  instead")
    }
    var config = try standard(subject, bucket, provider)
    config.merge(try VeleroManifests.own(platform.settings["config"])) { $1 }
    if let problem = VeleroConfig.problems(config, provider).first {
      throw .veleroConfig(subject.address, "config.\(problem.key): \(problem.message) (VL-04)", fix: problem.fix)
    }
    return [
      "apiVersion": "velero.io/v1", "kind": "BackupStorageLocation",
      "metadata": VeleroManifests.metadata(subject.name, VeleroManifests.namespace(platform)),
      "spec": .fields([
        "provider": .text(provider.rawValue),
        "objectStorage": .fields([
          "bucket": .text(name), "prefix": subject.prefix.map { .text($0) },
          "caCert": bucket.certificate.map { .text(Digest.base64(Array($0.utf8))) },
        ]),
        "config": VeleroManifests.texts(config), "credential": credential?.reference,
        "default": .flag(platform.settings["default"]?.bool ?? false),
        "accessMode": .text(platform.settings["accessMode"]?.string ?? "ReadWrite"),
        "backupSyncPeriod": period(platform.settings["backupSyncPeriod"]),
        "validationFrequency": period(platform.settings["validationFrequency"]),
      ]),
    ]
  }

  /// Durations of Go, which know no days.
  private static func period(_ value: Value?) -> DocumentNode? {
    guard let value, let span = try? TimeSpan(value: value) else { return nil }
    let (hours, rest) = span.seconds.quotientAndRemainder(dividingBy: 3600)
    if rest == 0, hours > 0 { return .text("\(hours)h0m0s") }
    if rest % 60 == 0, span.seconds > 0 { return .text("\(span.seconds / 60)m0s") }
    return .text("\(span.seconds)s")
  }

  private static func standard(
    _ subject: DocumentSubject, _ bucket: BucketFacts, _ provider: VeleroConfig.Provider
  ) throws(DocumentProblem) -> [String: String] {
    var config: [String: String] = [:]
    switch provider {
    case .aws:
      config["region"] = try bucket.signingRegion()
      config["s3Url"] = try bucket.knownEndpoint()
      // always written.
      config["s3ForcePathStyle"] = bucket.needsPathStyle ? "true" : "false"
      // Stores that refuse the newer checksums (systems.md section 6).
      if [.ceph, .b2].contains(bucket.flavour) { config["checksumAlgorithm"] = "" }
    case .gcp:
      config["storeEndpoint"] = try bucket.knownEndpoint()
      if let identity = subject.identity, !identity.hasGoogleKey {
        config["serviceAccount"] = try identity.knownEmail()
      }
    case .azure:
      guard let place = bucket.azure else {
        throw .lacking(bucket.address, "storage account", fix: "write  account:  at the bucket")
      }
      config["storageAccount"] = place.account
      config["resourceGroup"] = place.resourceGroup
      config["subscriptionId"] = place.subscription
      config["storageAccountURI"] = try bucket.knownEndpoint()
      if subject.identity?.kind == .accessKey {
        config["storageAccountKeyEnvVar"] = VeleroCredential.accountKeyVariable
      }
    }
    return config
  }
}
