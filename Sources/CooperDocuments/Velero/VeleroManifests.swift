internal import CooperModel
internal import CooperSchema

/// Velero's Secret and locations for one backup location, in the order in which they are applied (VL-06).
public enum VeleroManifests {
  /// Where Velero is installed when nobody says anything.
  public static let namespace = "velero"

  static func manifests(of subject: DocumentSubject) throws(DocumentProblem) -> [DocumentNode] {
    guard let platform = subject.platform, platform.type == "kubernetes" else {
      throw .unfit(
        .velero, subject.address,
        "it is on \(subject.platform?.type ?? "no platform"), which makes Velero's objects itself",
        fix: "write  in: { KUBERNETES-CONNECTION: { namespace: velero } }")
    }
    let credential = try VeleroCredential(subject)
    var nodes: [DocumentNode] = []
    if let credential, subject.includesSecrets { nodes.append(credential.manifest(namespace: namespace(platform))) }
    nodes.append(try VeleroStorageLocation.manifest(of: subject, platform, credential))
    if let snapshots = try VeleroSnapshotLocation.manifest(of: subject, platform, credential) {
      nodes.append(snapshots)
    }
    return nodes
  }

  /// What stands at the head: without secrets, which Secret somebody else makes. One full of placeholders would
  /// overwrite the real one when it is applied.
  static func header(of subject: DocumentSubject) throws(DocumentProblem) -> String {
    let header = subject.header(.velero)
    guard !subject.includesSecrets, let platform = subject.platform, let credential = try VeleroCredential(subject)
    else { return header }
    return header + "\n# Secret \(credential.name) in namespace \(namespace(platform)) is made elsewhere; its key "
      + "\(VeleroCredential.key) holds:\n"
      + credential.contents.withPlaceholders.split(separator: "\n").map { "#   \($0)" }.joined(separator: "\n")
  }

  static func namespace(_ platform: DocumentSubject.Platform) -> String {
    platform.settings["namespace"]?.string ?? namespace
  }

  static func provider(of bucket: BucketFacts) -> VeleroConfig.Provider {
    switch bucket.flavour {
    case .google: .gcp
    case .azure: .azure
    default: .aws
    }
  }

  static func metadata(_ name: String, _ namespace: String) -> DocumentNode {
    ["name": .text(name), "namespace": .text(namespace)]
  }

  /// Text to text: Velero refuses numbers and flags here.
  static func texts(_ config: [String: String]) -> DocumentNode {
    .map(config.sorted { $0.key < $1.key }.map { .init($0.key, .text($0.value)) })
  }

  static func own(_ value: Value?) throws(DocumentProblem) -> [String: String] {
    var texts: [String: String] = [:]
    for pair in value?.map ?? ValueMap() { texts[pair.key] = try pair.value.knownText() }
    return texts
  }
}
