public import CooperSchema

/// Keys that Velero's plug-ins know; any other makes a location Unavailable (VL-04), so it is refused here.
public enum VeleroConfig {
  public enum Provider: String, Sendable, CaseIterable { case aws, gcp, azure }

  /// Keys of a BackupStorageLocation (systems.md section 6).
  public static func keys(_ provider: Provider) -> Set<String> {
    switch provider {
    case .aws:
      [
        "region", "s3Url", "publicUrl", "s3ForcePathStyle", "kmsKeyId", "serverSideEncryption",
        "customerKeyEncryptionFile", "customerKeyEncryptionSecret", "signatureVersion", "profile",
        "insecureSkipTLSVerify", "enableSharedConfig", "tagging", "checksumAlgorithm", "credentialsFile",
      ]
    case .gcp: ["kmsKeyName", "serviceAccount", "storeEndpoint", "universeDomain", "credentialsFile"]
    case .azure:
      [
        "storageAccount", "resourceGroup", "subscriptionId", "storageAccountURI", "useAAD", "storageAccountKeyEnvVar",
        "blockSizeInBytes", "activeDirectoryAuthorityURI", "credentialsFile",
      ]
    }
  }

  /// Whether a location of such settings tags what it writes, for which its identity needs a right (P-VELERO).
  public static func tagsObjects(_ settings: Value) -> Bool { settings["config"]?["tagging"]?.string?.isEmpty == false }

  /// Keys of a VolumeSnapshotLocation.
  public static func snapshotKeys(_ provider: Provider) -> Set<String> {
    switch provider {
    case .aws: ["region", "profile", "enableSharedConfig", "ebsKmsKeyId", "credentialsFile"]
    case .gcp: ["snapshotLocation", "project", "volumeProject", "snapshotType", "credentialsFile"]
    case .azure:
      ["apiTimeout", "resourceGroup", "subscriptionId", "incremental", "tags", "activeDirectoryAuthorityURI"]
    }
  }

  /// A key and what is wrong with it.
  public struct Problem: Sendable, Hashable {
    public var key: String
    public var message: String
    public var fix: String
  }

  /// What is wrong with the keys of a BackupStorageLocation, in the order of the keys.
  public static func problems(_ config: [String: String], _ provider: Provider) -> [Problem] {
    var found = strangers(config, keys(provider), provider)
    switch provider {
    case .aws: found += aws(config)
    case .gcp: break
    case .azure:
      if let text = config["blockSizeInBytes"], !(Int(text).map { (1...104_857_600).contains($0) } ?? false) {
        found.append(.init(key: "blockSizeInBytes", message: "blocks have 1 to 104857600 bytes", fix: "\"1048576\""))
      }
    }
    return found.sorted { $0.key < $1.key }
  }

  public static func snapshotProblems(_ config: [String: String], _ provider: Provider) -> [Problem] {
    var found = strangers(config, snapshotKeys(provider), provider)
    if provider == .gcp, let type = config["snapshotType"], !["STANDARD", "ARCHIVE"].contains(type) {
      found.append(.init(key: "snapshotType", message: "snapshots are STANDARD or ARCHIVE", fix: "STANDARD"))
    }
    return found.sorted { $0.key < $1.key }
  }

  private static func strangers(_ config: [String: String], _ known: Set<String>, _ provider: Provider) -> [Problem] {
    config.keys.filter { !known.contains($0) }.map { key in
      let fix =
        key == "prefix" || key == "bucket"
        ? "write  \(key):  at the location itself (VL-02)"
        : "Velero's plug-in for \(provider.rawValue) knows " + known.sorted().joined(separator: ", ")
      return Problem(key: key, message: "Velero knows no key \"\(key)\" and calls the location unavailable", fix: fix)
    }
  }

  private static func aws(_ config: [String: String]) -> [Problem] {
    var found: [Problem] = []
    let keys = ["customerKeyEncryptionFile", "customerKeyEncryptionSecret", "kmsKeyId"].filter { config[$0] != nil }
    for key in keys.dropFirst() {
      found.append(
        .init(key: key, message: "next to \(keys[0]), and there is one key at most", fix: "keep one of them"))
    }
    for key in ["publicUrl", "s3Url"] {
      guard let url = config[key], !url.hasPrefix("https://"), !url.hasPrefix("http://") else { continue }
      found.append(.init(key: key, message: "an address with its scheme is needed", fix: "https://…"))
    }
    if let tagging = config["tagging"], let problem = Self.tagging(of: tagging) {
      found.append(.init(key: "tagging", message: problem, fix: "\"team=storage&use=backup\""))
    }
    if let secret = config["customerKeyEncryptionSecret"], secret.split(separator: "/").count != 2 {
      found.append(
        .init(key: "customerKeyEncryptionSecret", message: "a Secret and its key are named NAME/KEY", fix: "sse/key"))
    }
    return found
  }

  /// At least two pairs: Velero's check refuses a single one.
  private static func tagging(of text: String) -> String? {
    let pairs = text.split(separator: "&", omittingEmptySubsequences: false)
    guard (2...10).contains(pairs.count) else { return "there are two to ten pairs, joined by &" }
    for pair in pairs {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, (1...128).contains(parts[0].count), parts[1].count <= 248 else {
        return "a pair is KEY=VALUE, with 128 and 248 characters at most"
      }
    }
    return nil
  }
}
