internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Flashback's buckets as registrations (FB-01 … FB-07).
enum FlashbackRegistration {
  static let kind: Kind = {
    var kind = entries
    kind.remarks = { target in
      guard RelatedBucket(target.related["bucket"])?.family == .azure,
        let identity = RelatedIdentity(target.related["identity"])
      else { return [] }
      return [
        .choice(
          identity.hasKeyPair
            ? "at Azure Flashback signs in with the account's key (R-08, FB-24)"
            : "at Azure Flashback signs in by delegation, and no key is sent (R-08, FB-24)")
      ]
    }
    return kind
  }()

  private static let entries = Kind(
    schema: FlashbackRegistrationSupport.schema,
    payload: Payload(
      facet: AnyFacet(FlashbackEntry.self),
      compose: { composition throws(CallFailure) in try FlashbackDocument.compose(composition) },
      create: { target, document in FlashbackEntry.create(target, document) }),
    find: { target in
      Then(FlashbackEntry.entry(target)) { Immediate($0 == nil ? Found.absent : .present(region: nil)) }
    },
    delete: { target in FlashbackEntry.removal(target) },
    list: { _ in
      // Entries belong to workspaces, which a registration names: each is looked for in its own.
      Immediate(failing: CallFailure(.unsupported, code: "PLT0010", "Flashback lists a workspace at a time"))
    })
}
