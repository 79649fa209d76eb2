import CooperModel
import CooperProvider
import CooperSchema

/// What hangs on a role or a user and isn't Cooper's: IAM deletes nothing that it hangs on (DeleteRole, DeleteUser).
///
/// What Cooper made of it is known by what is recorded: attached policies, keys, the instance profile; its inline policies
/// by their names.
enum IAMHolds {
  /// With how it is taken off, where `removed: purge` may do that.
  struct Other: Sendable {
    var words: String
    var fix: String
    var undo: (any Procedure<Void>)?
  }

  static func holds(_ target: Target) -> any Procedure<[Hold]> {
    Then(others(target)) { others in
      Immediate(others.map { Hold($0.words, fix: $0.fix, purgedBy: $0.undo?.plannedCalls) })
    }
  }

  static func removeOthers(_ target: Target) -> any Procedure<Void> {
    Then(others(target)) { others in InTurn(others.compactMap(\.undo)) }
  }

  static func others(_ target: Target) -> any Procedure<[Other]> {
    let policies: [any Procedure<[Other]>] = [attached(target), inline(target)]
    switch IAMPrincipal(target) {
    case .role: return Gathered([profiles(target)] + policies)
    case .user:
      return Gathered(
        [keys(target)] + policies + [
          groups(target), password(target),
          listed(target, "ListMFADevices", "MFADevices", "SerialNumber", "MFA device", "deactivate it"),
          listed(
            target, "ListSigningCertificates", "Certificates", "CertificateId", "signing certificate", "delete it"),
          listed(target, "ListSSHPublicKeys", "SSHPublicKeys", "SSHPublicKeyId", "SSH key", "delete it"),
        ])
    }
  }

  private static func attached(_ target: Target) -> any Procedure<[Other]> {
    Then(IAMAttached.listing(target)) { arns in
      let own = IAMAttached.own(target)
      return Immediate(
        arns.filter { !own.contains($0) }.sorted().map {
          Other(
            words: "policy \($0) was attached by others", fix: "detach it",
            undo: IAMAttached.detach($0, target))
        })
    }
  }

  private static func inline(_ target: Target) -> any Procedure<[Other]> {
    Then(IAMInline.listing(target)) { names in
      Immediate(
        names.filter { !IAMInline.own.contains($0) }.sorted().map {
          Other(
            words: "inline policy \($0) was written by others", fix: "delete it", undo: IAMInline.delete($0, target))
        })
    }
  }

  private static func profiles(_ target: Target) -> any Procedure<[Other]> {
    Then(IAMInstanceProfile.placesListing(target)) { places in
      Immediate(
        places.filter { !IAMInstanceProfile.isOwn($0, target) }.map(\.name).sorted().map {
          Other(
            words: "instance profile \($0) was made by others and holds it", fix: "take the role out of it",
            undo: IAMInstanceProfile.takeOut($0, target))
        })
    }
  }

  private static func keys(_ target: Target) -> any Procedure<[Other]> {
    Then(IAMKeys.issuer.list(target)) { listed in
      let own = IAMKeys.own(listed, target)
      return Immediate(
        listed.map(\.id).filter { !own.contains($0) }.sorted().map {
          Other(
            words: "access key \($0) was made by others", fix: "delete it when nobody uses it",
            undo: IAMKeys.delete(target, $0))
        })
    }
  }

  private static func groups(_ target: Target) -> any Procedure<[Other]> {
    let user = IAMPrincipal.name(target)
    let arn = IAMPrincipal.arn(target)
    let listing = IAMPages<String>("ListGroupsForUser", [user], on: arn) { result in
      (result.child("Groups")?.children("member") ?? []).compactMap { $0.text("GroupName") }
    }
    return Then(listing) { names in
      Immediate(
        names.sorted().map { name in
          let call = IAMCall.change("RemoveUserFromGroup", [QueryItem("GroupName", name), user], on: arn)
          return Other(
            words: "group \(name) has it as a member", fix: "take the user out of it",
            undo: IAMCall.done(call, "RemoveUserFromGroup", ignoring: ["NoSuchEntity"]))
        })
    }
  }

  private static func password(_ target: Target) -> any Procedure<[Other]> {
    let call = IAMCall.read("GetLoginProfile", [IAMPrincipal.name(target)], on: IAMPrincipal.arn(target))
    return SingleCall<[Other]>(call) { (reply) throws(CallFailure) in
      do throws(CallFailure) {
        _ = try IAMCall.result(reply, "GetLoginProfile", to: call)
        return [Other(words: "somebody signs in as it with a password", fix: "delete its login profile")]
      } catch {
        guard error.code == "NoSuchEntity" else { throw error }
        return []
      }
    }
  }

  /// Belongs to a person, whom nobody but its administrator takes it from.
  private static func listed(
    _ target: Target, _ action: StaticString, _ list: StaticString, _ name: StaticString, _ word: String, _ fix: String
  ) -> any Procedure<[Other]> {
    IAMPages<Other>(action, [IAMPrincipal.name(target)], on: IAMPrincipal.arn(target)) { result in
      (result.child(list)?.children("member") ?? []).compactMap { member in
        member.text(name).map { Other(words: "\(word) \($0) belongs to it", fix: fix) }
      }
    }
  }
}
