/// Conditions of role assignments (Azure documentation, "Actions and attributes for Azure role assignment conditions").
public enum AzureCondition {
  /// The only version that Azure takes for blobs.
  public static let version = "2.0"

  private static let container = "Microsoft.Storage/storageAccounts/blobServices/containers/"
  private static let blobs = container + "blobs/"

  /// Blobs whose paths begin so, and lists of them.
  public static func below(_ prefix: String, writes: Bool) -> String {
    let text = prefix.replacing("'", with: "''")
    let path = "@Resource[\(container)blobs:path] StringStartsWith '\(text)'"
    let listed = "@Request[\(container)blobs:prefix] StringStartsWith '\(text)'"
    var parts = [
      "((!(ActionMatches{'\(blobs)read'} AND NOT SubOperationMatches{'Blob.List'})) OR (\(path)))",
      "((!(ActionMatches{'\(blobs)read'} AND SubOperationMatches{'Blob.List'})) OR (\(listed)))",
    ]
    if writes {
      parts += ["write", "add/action", "delete", "move/action"].map {
        "((!(ActionMatches{'\(blobs)\($0)'})) OR (\(path)))"
      }
    }
    return parts.joined(separator: " AND ")
  }
}
