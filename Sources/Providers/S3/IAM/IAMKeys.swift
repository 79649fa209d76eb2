import CooperModel
import CooperProvider
import CooperSchema
import CooperSigning

/// Access keys of a user (CreateAccessKey): at most two, each shown once (IAM quotas).
enum IAMKeys {
  static let issuer = KeyIssuer(
    limit: 2, list: { list($0) }, create: { create($0) },
    disable: { target, key in
      IAMCall.done(
        IAMCall.change(
          "UpdateAccessKey",
          [IAMPrincipal.name(target), QueryItem("AccessKeyId", key.id), QueryItem("Status", "Inactive")],
          on: IAMPrincipal.arn(target)), "UpdateAccessKey")
    }, delete: { target, key in delete(target, key.id) },
    verify: { target in
      Then(GetCallerIdentity.procedure(source: { "the new key" })) { identity in
        guard identity.principal.hasSuffix("/" + target.name) else {
          return Immediate<Void>(
            failing: CallFailure(
              .unauthenticated, code: "WrongPrincipal", "the key signs in as \(identity.principal), not \(target.name)")
          )
        }
        return Immediate(())
      }
    })

  private static func list(_ target: Target) -> any Procedure<[IssuedKey]> {
    IAMPages<IssuedKey>("ListAccessKeys", [IAMPrincipal.name(target)], on: IAMPrincipal.arn(target)) { result in
      (result.child("AccessKeyMetadata")?.children("member") ?? []).compactMap { member in
        member.text("AccessKeyId").map { IssuedKey(id: $0, isActive: member.text("Status") == "Active") }
      }
    }
  }

  private static func create(_ target: Target) -> any Procedure<KeyPair> {
    let call = IAMCall.change(
      "CreateAccessKey", [IAMPrincipal.name(target)], on: IAMPrincipal.arn(target), idempotent: false)
    return SingleCall<KeyPair>(call) { (reply) throws(CallFailure) in
      let key = try IAMCall.result(reply, "CreateAccessKey", to: call).child("AccessKey")
      guard let id = key?.text("AccessKeyId"), let secret = key?.text("SecretAccessKey"), !secret.isEmpty else {
        throw CallFailure(
          .protocolBroken, code: "UnreadableValue", "IAM answers CreateAccessKey without a key", call: call.line)
      }
      return KeyPair(id: id, secret: Secret(secret))
    }
  }

  static func delete(_ target: Target, _ id: String) -> any Procedure<Void> {
    IAMCall.done(
      IAMCall.change(
        "DeleteAccessKey", [IAMPrincipal.name(target), QueryItem("AccessKeyId", id)], on: IAMPrincipal.arn(target)),
      "DeleteAccessKey", ignoring: ["NoSuchEntity"])
  }

  /// Ids of keys that Cooper made; those of a run that was interrupted too.
  static func own(_ listed: [IssuedKey], _ target: Target) -> Set<String> {
    let ledger = KeyLedger(target.outputs[IssuedKeys.ledgerOutput])
    return Set(ledger.keys.map(\.id)).union(KeyIssuer.lost(listed, ledger).map(\.id))
  }

  static func removeOwn(_ target: Target) -> any Procedure<Void> {
    let removing = Then(list(target)) { keys in
      let own = own(keys, target)
      return InTurn(keys.filter { own.contains($0.id) }.map { delete(target, $0.id) })
    }
    return Planned(removing, lists: own([], target).sorted().flatMap { delete(target, $0).plannedCalls })
  }
}

/// A way to the same place that signs with a key which was just made.
struct IssuedKeyConnection: Connection {
  let base: S3Connection
  let key: AWSCredentials

  var site: Site { base.site }
  var declaredAccount: String? { nil }

  func attempt(_ call: Call) async throws(CallFailure) -> Reply { try await base.sender.send(call, as: key) }

  func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? {
    if 200..<300 ~= reply.status { return nil }
    let verdict = ReplyVerdict(
      connection: site.connection, region: base.sender.addressing.region(of: call),
      passingConflicts: base.dialect.passingConflicts)
    return verdict.failure(
      reply, to: call,
      as: ResolvedCredentials(
        credentials: key, source: "the new key", keyField: "the new key", secretField: "the new key"))
  }

  func url(for call: Call) -> String { base.url(for: call) }
  func identify() -> (any Procedure<SignedInIdentity>)? { nil }
  func identity(of name: String) -> PhysicalIdentity { base.identity(of: name) }
}
