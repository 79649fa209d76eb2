import CooperModel
import CooperProvider

/// What becomes of a bucket policy that the service refuses.
enum PolicyRefusal {
  /// IAM is eventually consistent; a new principal is known within seconds (IAM User Guide, "Troubleshoot IAM").
  static let attempts = 6

  static func follow(
    _ failure: CallFailure, attempt: Int, isPublic: Bool, on target: Target
  ) -> RefusedWrite.Next {
    if failure.code == "MalformedPolicy", failure.message.lowercased().contains("principal") {
      return unknownPrincipal(failure, attempt, target)
    }
    guard failure.kind == .denied, isPublic, target.isAWS else { return .tell(failure) }
    return .ask(
      Then(S3PublicAccess.read(target)) { observed in
        guard case .present(let block) = observed else { return Immediate(failure) }
        return Immediate(explained(failure, block, target))
      })
  }

  /// Waits only for a principal that this run made: waiting for any other would hide the message until a time limit
  /// (hashicorp/terraform#4315, #5217).
  private static func unknownPrincipal(_ failure: CallFailure, _ attempt: Int, _ target: Target) -> RefusedWrite.Next {
    let made = target.newborn.filter { $0.section == Identity.section }.sorted()
    guard !made.isEmpty else { return .tell(failure) }
    guard attempt < attempts else {
      var told = failure
      let names = made.map(\.description).joined(separator: ", ")
      told.message += "; \(names) is new, and not known yet after \(attempt) attempts: apply again"
      return .tell(told)
    }
    return .again(after: .seconds(1 << (attempt - 1)))
  }

  /// The bucket's own block is known by looking, the account's by what is left (S3 User Guide, "Blocking public access").
  private static func explained(_ failure: CallFailure, _ block: PublicAccess, _ target: Target) -> CallFailure {
    var told = failure
    told.message +=
      block.blockPublicPolicy
      ? "; the policy is public, and the bucket's own public access block refuses such: write  publicAccess: allowed"
      : "; the policy is public and the bucket's own public access block lets it through, so BlockPublicPolicy of account "
        + "\(target.site.account ?? "the bucket's") or of its organization may refuse it, or a right is missing; Cooper "
        + "leaves the account's block alone: see it with  aws s3control get-public-access-block"
    return told
  }
}
