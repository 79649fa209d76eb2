internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Flashback's buckets as registrations (FB-01 … FB-07).
enum FlashbackRegistration {
  static let kind = Kind(
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
