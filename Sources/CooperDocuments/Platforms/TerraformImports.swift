internal import CooperModel
internal import CooperSchema

/// Import blocks that hand a bucket and its settings to Terraform, one for each managed facet.
enum TerraformImports {
  /// Resources of the AWS provider whose id is the bucket's name (their pages, "Import").
  private static let aws: [(facet: String, type: String)] = [
    ("versioning", "aws_s3_bucket_versioning"), ("encryption", "aws_s3_bucket_server_side_encryption_configuration"),
    ("publicAccess", "aws_s3_bucket_public_access_block"), ("ownership", "aws_s3_bucket_ownership_controls"),
    ("cors", "aws_s3_bucket_cors_configuration"), ("lifecycle", "aws_s3_bucket_lifecycle_configuration"),
    ("policy", "aws_s3_bucket_policy"), ("replication", "aws_s3_bucket_replication_configuration"),
    ("logging", "aws_s3_bucket_logging"), ("notifications", "aws_s3_bucket_notification"),
    ("website", "aws_s3_bucket_website_configuration"), ("objectLock", "aws_s3_bucket_object_lock_configuration"),
    ("requestPayment", "aws_s3_bucket_request_payment_configuration"),
    ("accelerate", "aws_s3_bucket_accelerate_configuration"), ("acl", "aws_s3_bucket_acl"),
  ]

  static func text(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentText {
    let bucket = try subject.needsBucket()
    let name = try bucket.knownName()
    var text = DocumentText(subject.header(.terraform) + "\n")
    let label = label(subject.address.name)
    switch bucket.flavour {
    case .google:
      block("google_storage_bucket", label, bucket.project.map { "\($0)/\(name)" } ?? name, &text)
    case .azure:
      guard let place = bucket.azure, let subscription = place.subscription, let group = place.resourceGroup else {
        throw .lacking(
          bucket.address, "subscription and resource group", fix: "write them at its connection and account")
      }
      block(
        "azurerm_storage_container", label,
        "/subscriptions/\(subscription)/resourceGroups/\(group)/providers/Microsoft.Storage/storageAccounts/"
          + "\(place.account)/blobServices/default/containers/\(name)", &text)
    case .minio: block("minio_s3_bucket", label, name, &text)
    case .cluster, .local:
      throw .unfit(.terraform, subject.address, "Terraform has no resource for it", fix: "emit it  as: kubernetes")
    default:
      block("aws_s3_bucket", label, name, &text)
      for (facet, type) in aws where bucket.facets[facet] != nil { block(type, label, name, &text) }
    }
    return text
  }

  /// Names of resources hold letters, digits, - and _, a letter or _ first.
  static func label(_ key: String) -> String {
    let cleaned = String(key.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) ? $0 : "_" })
    return cleaned.first?.isNumber ?? true ? "_" + cleaned : cleaned
  }

  private static func block(_ type: String, _ label: String, _ id: String, _ text: inout DocumentText) {
    text.append("import {\n  to = \(type).\(label)\n  id = \"\(Quoted.json(id))\"\n}\n")
  }
}
