internal import CooperModel
internal import CooperSchema

/// `velero.io/v1` VolumeSnapshotLocation, where the location asks for one by `snapshots:`.
enum VeleroSnapshotLocation {
  static func manifest(
    of subject: DocumentSubject, _ platform: DocumentSubject.Platform, _ credential: VeleroCredential?
  ) throws(DocumentProblem) -> DocumentNode? {
    guard let own = platform.settings["snapshots"] else { return nil }
    let bucket = try subject.needsBucket()
    let provider = VeleroManifests.provider(of: bucket)
    var config: [String: String] = [:]
    switch provider {
    case .aws: config["region"] = try bucket.signingRegion()
    case .gcp: config["project"] = bucket.project
    case .azure:
      config["resourceGroup"] = bucket.azure?.resourceGroup
      config["subscriptionId"] = bucket.azure?.subscription
    }
    config.merge(try VeleroManifests.own(own)) { $1 }
    if let problem = VeleroConfig.snapshotProblems(config, provider).first {
      throw .veleroConfig(subject.address, "snapshots.\(problem.key): \(problem.message) (VL-04)", fix: problem.fix)
    }
    if provider == .aws, config["region"] == nil {
      throw .lacking(bucket.address, "region, which snapshots need", fix: "write  snapshots: { region: eu-west-1 }")
    }
    return [
      "apiVersion": "velero.io/v1", "kind": "VolumeSnapshotLocation",
      "metadata": VeleroManifests.metadata(subject.name, VeleroManifests.namespace(platform)),
      "spec": .fields([
        "provider": .text(provider.rawValue), "config": VeleroManifests.texts(config),
        "credential": credential?.reference,
      ]),
    ]
  }
}
