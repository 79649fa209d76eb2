internal import CooperModel

/// The role that Velero needs, at the cloud where the location's bucket is.
enum VeleroRole {
  static func role(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    let bucket = try subject.needsBucket()
    switch bucket.flavour {
    case .google: return GoogleVeleroRole.document
    case .azure:
      guard let subscription = bucket.azure?.subscription else {
        throw .lacking(bucket.address, "subscription", fix: "write  subscription:  at its connection")
      }
      return AzureVeleroRole.document(subscription: subscription)
    default:
      throw .unfit(
        .customRole, subject.address, "custom roles are those of Google and Azure", fix: "write  as: policy")
    }
  }
}
