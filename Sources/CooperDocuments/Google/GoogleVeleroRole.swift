/// The custom role that Velero needs at Google, as `gcloud iam roles create --file` reads it (systems.md section 8).
enum GoogleVeleroRole {
  static let permissions = [
    "compute.disks.get", "compute.disks.create", "compute.disks.createSnapshot", "compute.projects.get",
    "compute.snapshots.get", "compute.snapshots.create", "compute.snapshots.useReadOnly", "compute.snapshots.delete",
    "compute.snapshots.setLabels", "compute.zones.get", "storage.objects.create", "storage.objects.delete",
    "storage.objects.get", "storage.objects.list", "iam.serviceAccounts.signBlob",
  ]

  static let document: DocumentNode = [
    "title": "Velero", "description": "What Velero needs of disks, snapshots and its bucket.", "stage": "GA",
    "includedPermissions": .texts(permissions),
  ]
}
