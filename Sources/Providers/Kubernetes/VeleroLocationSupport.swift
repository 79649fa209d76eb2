internal import CooperModel
internal import CooperSchema

/// Velero's BackupStorageLocation, as a backup location on a cluster (systems.md section 6).
enum VeleroLocationSupport {
  static let support = KindSupport(
    facets: [:], settings: Set(BackupLocation.schema.settings.map(\.name)),
    nameProblem: { name in
      name.utf8.count <= 63 && DNSLabel.isValid(name)
        ? nil : "names of Velero's locations hold lower-case letters, digits and hyphens"
    },
    placement: ObjectShape(
      "VeleroPlacement", summary: "How Velero keeps the location.",
      fields: [
        FieldShape(
          "namespace", .string(KubernetesConnectionType.namespace), summary: "Namespace of Velero.", example: "velero"),
        FieldShape(
          "default", .bool, presence: .defaulted(false), summary: "The location of backups that name none (VL-05).",
          example: "true"),
        FieldShape(
          "accessMode", .choice(["ReadWrite", "ReadOnly"]), presence: .defaulted("ReadWrite"),
          summary: "Whether backups may be written.", example: "ReadOnly"),
        FieldShape(
          "backupSyncPeriod", .duration(0...31_536_000), summary: "How often the bucket is looked at; 0s is never.",
          example: "1h"),
        FieldShape(
          "validationFrequency", .duration(0...31_536_000),
          summary: "How often the location is checked; 0s is never.", example: "1h"),
        FieldShape(
          "config", .map(.string(TextRule(lengths: 0...1024)), keys: TextRule(lengths: 1...64)),
          summary: "Further keys of Velero's plug-in, all of them texts (VL-04).",
          example: "{ checksumAlgorithm: \"\" }"),
        FieldShape(
          "snapshots", .map(.string(TextRule(lengths: 0...1024)), keys: TextRule(lengths: 1...64)),
          summary: "Makes a location for snapshots of volumes as well, with these keys of the plug-in (VL-04).",
          example: "{ region: eu-west-1 }"),
      ]), scope: ["in.*.namespace"])
}
