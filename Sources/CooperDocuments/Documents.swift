public import CooperModel

/// Makes documents out of facts: policies, manifests, settings of clients, bodies of requests.
///
/// Belongs here: one file for each document, and the texts they are written in. Nothing here reads a file, a state or a
/// secret: what is made holds slots for secrets, which whoever writes the file fills. Providers may use all of it.
public enum Documents {
  /// The document of a form; equal facts give equal bytes.
  public static func make(
    _ form: DocumentForm, of subject: DocumentSubject
  ) throws(DocumentProblem) -> DocumentText {
    guard form.sections.contains(subject.address.section) else {
      throw .wrongSource(form, subject.address)
    }
    return switch form {
    case .policy: try JSONText.document(PolicyChoice.policy(of: subject))
    case .kmsPolicy: try JSONText.document(VolumeKeyPolicy.policy(of: subject))
    case .trust: try JSONText.document(TrustPolicy.document(of: subject))
    case .role: try JSONText.document(RoleDocument.input(of: subject))
    case .cors: try JSONText.document(CORSDocument.rules(of: subject))
    case .iamBindings: try JSONText.document(GoogleBindings.policy(of: subject))
    case .customRole: try JSONText.document(VeleroRole.role(of: subject))
    case .roleAssignments: try JSONText.document(AzureAssignments.assignments(of: subject))
    case .workloadIdentity: try JSONText.document(WorkloadIdentity.binding(of: subject))
    case .velero:
      try YAMLText.documents(
        VeleroManifests.manifests(of: subject), header: VeleroManifests.header(of: subject))
    case .kubernetes: try YAMLText.documents([CozystackManifest.manifest(of: subject)], header: subject.header(form))
    case .cosi: try YAMLText.documents(COSIManifests.manifests(of: subject), header: subject.header(form))
    case .bucketInfo: try JSONText.document(BucketInfo.document(of: subject))
    case .awsProfile: try AWSProfile.text(of: subject)
    case .mc: try JSONText.document(MCAlias.alias(of: subject))
    case .rclone: try RcloneRemote.text(of: subject)
    case .s3cmd: try S3cmdSettings.text(of: subject)
    case .restic: try ResticVariables.text(of: subject)
    case .env: try EnvironmentFile.text(of: subject)
    case .flowfile: try YAMLText.documents([FlowfileConnection.file(of: subject)], header: subject.header(form))
    case .infinstor: try InfinStorForm.adding(subject).text
    case .flashback: try JSONText.document(FlashbackBucket.body(of: subject))
    case .palette: try JSONText.document(PaletteLocation.body(of: subject))
    case .terraform: try TerraformImports.text(of: subject)
    }
  }
}

extension DocumentSubject {
  /// The words at the head of a file by which Cooper knows it again.
  func header(_ form: DocumentForm) -> String { Documents.mark + "\(address) as \(form.rawValue)" }
}

extension Documents {
  /// How the first line of a made file begins, where the format has comments.
  public static let mark = "# Made by cooper emit from "
}
