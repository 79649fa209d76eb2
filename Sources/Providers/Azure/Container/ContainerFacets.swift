import CooperModel
import CooperProvider
import CooperSchema

/// `anonymousAccess`.
enum AzureAnonymousAccess: Facet {
  static let schema = AnonymousAccess.facet

  static func read(_ target: Target) -> any Procedure<Observed<AnonymousAccess>> {
    readContainer(target) { (view) throws(CallFailure) in view.access }
  }

  static func write(_ change: FacetChange<AnonymousAccess>, on target: Target) throws(CallFailure) -> Effect {
    Effect(
      rank: AzureRank.tighter,
      .patch(["publicAccess": .string((change.after ?? .none).rawValue)]))
  }

  static func risks(_ change: FacetChange<AnonymousAccess>, on target: Target) -> [Risk] {
    let order: [AnonymousAccess] = [.none, .blob, .container]
    let (before, after) = (change.before ?? .none, change.after ?? .none)
    guard (order.firstIndex(of: after) ?? 0) > (order.firstIndex(of: before) ?? 0) else { return [] }
    return [
      Risk(
        .widensAccess,
        after == .blob ? "everybody may read blobs whose name is known" : "everybody may list and read all blobs")
    ]
  }
}

/// `metadata`; keys come back in lower case, and so they are sent.
enum AzureMetadata: Facet {
  static let schema = ContainerMetadata.facet
  typealias Model = [String: String]

  static func read(_ target: Target) -> any Procedure<Observed<Model>> {
    readContainer(target) { (view) throws(CallFailure) in view.metadata.isEmpty ? nil : view.metadata }
  }

  static func canonical(_ model: Model, on site: Site) -> Model {
    Dictionary(model.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
  }

  static func write(_ change: FacetChange<Model>, on target: Target) throws(CallFailure) -> Effect {
    Effect(
      rank: AzureRank.other,
      .patch(["metadata": .map(ValueMap((change.after ?? [:]).map { ($0.key, .string($0.value)) }))]))
  }
}

/// `immutability`: an unlocked policy may be changed and removed; locking it is a step of its own and for ever.
enum AzureImmutability: Facet {
  static let schema = Immutability.facet

  static func read(_ target: Target) -> any Procedure<Observed<Immutability>> {
    readContainer(target) { (view) throws(CallFailure) in
      guard let told = view.immutability else { throw .settingsAlone("immutability") }
      return told
    }
  }

  static func canonical(_ model: Immutability, on site: Site) -> Immutability {
    var model = model
    if model.locked == false { model.locked = nil }
    if model.appends == false { model.appends = nil }
    return model
  }

  static func write(_ change: FacetChange<Immutability>, on target: Target) throws(CallFailure) -> Effect {
    guard target.site.reachesSettings else { throw .settingsAlone("immutability") }
    guard let after = change.after else {
      throw CallFailure(.invalid, code: "AZU0113", "an immutability policy is not cleared by leaving its period out")
    }
    if let before = change.before, before.locked == true {
      guard after.locked == true, after.period >= before.period, (after.appends ?? false) == (before.appends ?? false)
      else {
        throw CallFailure(
          .invalid, code: "AZU0113",
          "the immutability policy of \(target.name) is locked: its period of \(before.period.text) may be lengthened, five "
            + "times in all, and nothing else of it changed")
      }
    }
    return Effect(
      rank: after.locked == true ? AzureRank.lock : AzureRank.holds,
      .procedure(WriteImmutability(target, from: change.before, to: after)))
  }

  static func risks(_ change: FacetChange<Immutability>, on target: Target) -> [Risk] {
    guard let after = change.after else { return [] }
    var found: [Risk] = []
    if after.locked == true, change.before?.locked != true {
      found.append(
        Risk(
          .locksRetention,
          "blobs of \(target.name) are kept for \(after.period.text), which can never be shortened or removed"))
    } else if after.locked == true, let before = change.before, after.period > before.period {
      found.append(
        Risk(.locksRetention, "blobs are kept for \(after.period.text), which can't be taken back"))
    }
    if let before = change.before, before.locked != true, after.period < before.period {
      found.append(
        Risk(
          .losesData, "blobs can be deleted after \(after.period.text) and no longer only after \(before.period.text)"))
    }
    return found
  }
}

/// `legalHold`; the service makes its words lower case (Storage Resource Provider, Blob Containers, Set Legal Hold).
enum AzureLegalHold: Facet {
  static let schema = LegalHold.facet
  typealias Model = [String]

  static func read(_ target: Target) -> any Procedure<Observed<Model>> {
    readContainer(target) { (view) throws(CallFailure) in
      guard let words = view.legalHold else { throw .settingsAlone("legalHold") }
      return words.isEmpty ? nil : words
    }
  }

  static func canonical(_ model: Model, on site: Site) -> Model { Set(model.map { $0.lowercased() }).sorted() }

  static func write(_ change: FacetChange<Model>, on target: Target) throws(CallFailure) -> Effect {
    guard target.site.reachesSettings else { throw .settingsAlone("legalHold") }
    let (before, after) = (Set(change.before ?? []), Set(change.after ?? []))
    return Effect(
      rank: AzureRank.holds,
      .procedure(
        WriteLegalHold(
          target, added: after.subtracting(before).sorted(), removed: before.subtracting(after).sorted())))
  }

  static func risks(_ change: FacetChange<Model>, on target: Target) -> [Risk] {
    let lost = Set(change.before ?? []).subtracting(change.after ?? []).sorted()
    return lost.isEmpty
      ? [] : [Risk(.losesData, "blobs are no longer held for \(lost.joined(separator: ", ")) and can be deleted")]
  }
}

extension CallFailure {
  /// Of what Resource Manager alone can do.
  static func settingsAlone(_ facet: String) -> CallFailure {
    CallFailure(.unsupported, code: "AZU0110", "\(facet): \(AzureAccountSupport.keyReachesData)")
  }
}
