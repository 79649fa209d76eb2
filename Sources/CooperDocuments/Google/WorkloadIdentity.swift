internal import CooperModel
internal import CooperSchema

/// How Velero's service account of a GKE cluster acts as one of Google's (systems.md section 8).
public enum WorkloadIdentity {
  static let role = "roles/iam.workloadIdentityUser"
  static let annotation = "iam.gke.io/gcp-service-account"
  /// Velero's own name for its service account.
  static let veleroAccount = "velero"

  static func binding(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    let identity = try subject.needsIdentity()
    guard identity.kind == .serviceAccount, let project = identity.home else {
      throw .unfit(
        .workloadIdentity, subject.address, "\(identity.address) is no service account of Google",
        fix: "name an identity of type serviceAccount")
    }
    let email = try identity.knownEmail()
    let namespace = subject.platform?.settings["namespace"]?.string ?? VeleroManifests.namespace
    let member = "serviceAccount:\(project).svc.id.goog[\(namespace)/\(veleroAccount)]"
    return [
      "serviceAccount": .text(email), "policy": GoogleBindings.document([.init(role: role, members: [member])]),
      "annotation": ["name": .text(annotation), "value": .text(email), "on": .text("\(namespace)/\(veleroAccount)")],
    ]
  }
}
