/// The custom role that Velero needs at Azure, as `az role definition create` reads it (systems.md section 8).
enum AzureVeleroRole {
  static let actions = [
    "Microsoft.Compute/disks/read", "Microsoft.Compute/disks/write", "Microsoft.Compute/disks/beginGetAccess/action",
    "Microsoft.Compute/disks/endGetAccess/action", "Microsoft.Compute/snapshots/read",
    "Microsoft.Compute/snapshots/write", "Microsoft.Compute/snapshots/delete",
    "Microsoft.Storage/storageAccounts/read", "Microsoft.Storage/storageAccounts/listkeys/action",
    "Microsoft.Storage/storageAccounts/regeneratekey/action",
    "Microsoft.Storage/storageAccounts/blobServices/containers/read",
    "Microsoft.Storage/storageAccounts/blobServices/containers/write",
    "Microsoft.Storage/storageAccounts/blobServices/containers/delete",
    "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action",
  ]

  private static let blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/"
  static let dataActions = ["read", "write", "delete", "move/action", "add/action"].map { blobs + $0 }

  static func document(subscription: String) -> DocumentNode {
    [
      "Name": "Velero", "IsCustom": true, "Description": "What Velero needs of disks, snapshots and its container.",
      "Actions": .texts(actions), "NotActions": [], "DataActions": .texts(dataActions), "NotDataActions": [],
      "AssignableScopes": [.text("/subscriptions/" + subscription)],
    ]
  }
}
