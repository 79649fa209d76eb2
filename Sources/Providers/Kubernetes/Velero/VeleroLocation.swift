import CooperModel
import CooperProvider
import CooperSchema

/// A backup location on a cluster: Velero's BackupStorageLocation with its Secret (VL-01 … VL-06).
enum VeleroLocation: Facet {
  static let schema = VeleroDocument.schema

  static let kind: Kind = {
    var kind = locations
    kind.remarks = { VeleroComposition.remarks($0) }
    return kind
  }()

  private static let locations = Kind(
    schema: BackupLocation.schema,
    payload: Payload(
      facet: AnyFacet(VeleroLocation.self),
      compose: { composition throws(CallFailure) in try VeleroComposition.document(composition.target).value },
      create: { target, document in create(target, VeleroDocument(value: document)) }),
    find: { ClusterBucket.find(Places($0).storage) }, delete: { delete($0) },
    list: { _ in
      Immediate(
        failing: CallFailure(.unsupported, code: "K8S0018", "locations of a cluster are found by name, one by one"))
    }, outputs: { outputs($0) })

  /// Where Velero is installed when nobody says anything.
  static let namespace = "velero"

  struct Places: Sendable {
    var storage: ObjectPlace
    var secret: ObjectPlace
    var snapshots: ObjectPlace

    init(_ target: Target) {
      let namespace = target.identity.scope ?? VeleroLocation.namespace
      storage = ObjectPlace(.storageLocation, namespace, target.name)
      secret = ObjectPlace(.secret, namespace, target.name + "-credentials")
      snapshots = ObjectPlace(.snapshotLocation, namespace, target.name)
    }
  }

  private static let secretPath = ["data", VeleroDocument.credentialKey]

  // MARK: Reading

  static func read(_ target: Target) -> any Procedure<Observed<VeleroDocument>> {
    let places = Places(target)
    // What can't be made of the YAML is told with the plan; what is there is read all the same.
    let desired = try? VeleroComposition.document(target)
    let isKnown = desired.map { !$0.value.hasUnknowns } ?? false
    let manager = target.site.fieldManager
    var wanted: [AppliedRead<VeleroDocument>.Wanted] = [
      .init(places.storage, isKnown ? desired?.storageLocation(places.storage) : nil)
    ]
    let hasCredential = desired?["credential"] != nil
    let hasSnapshots = desired?["snapshots"] != nil
    if hasCredential { wanted.append(.init(places.secret, nil)) }
    if hasSnapshots {
      wanted.append(.init(places.snapshots, isKnown ? desired?.snapshotLocation(places.snapshots) : nil))
    }
    return AppliedRead(place: places.storage, wanted: wanted, manager: manager) { objects, owners in
      guard let object = objects.first ?? nil else { return nil }
      let ownership = ObjectOwnership(object, manager: manager)
      let shown = desired?.storageLocation(places.storage)["spec"]
      var document = observed(ownership.own(object["spec"], at: ["spec"], desired: shown), object["spec"])
      var owners = owners
      if hasCredential, let credential = document["credential"], credential["name"]?.string == places.secret.name {
        let secret = objects[1]
        let holder = secret.flatMap { ObjectOwnership($0, manager: manager).holds(secretPath) }
        if holder != true { document["credential"] = nil }
        if let secret, holder == false, let other = ObjectOwnership.owner(of: secretPath, in: secret) {
          owners["\(places.secret.words) data.\(VeleroDocument.credentialKey)"] = other
        }
      }
      if hasSnapshots, let snapshots = objects.last ?? nil {
        document["snapshots"] =
          ObjectOwnership(snapshots, manager: manager)
          .own(snapshots["spec"]?["config"], at: ["spec", "config"], desired: desired?["snapshots"])
      }
      if !owners.isEmpty { document["ownedBy"] = .map(ValueMap(owners.map { ($0.key, .string($0.value)) })) }
      return VeleroDocument(value: .map(document))
    }
  }

  private static func observed(_ own: Value?, _ whole: Value?) -> ValueMap {
    var document = ValueMap()
    document["provider"] = whole?["provider"]
    document["bucket"] = whole?["objectStorage"]?["bucket"]
    document["prefix"] = own?["objectStorage"]?["prefix"]
    document["caCertificate"] = own?["objectStorage"]?["caCert"]?.string.flatMap { text in
      StandardBase64.decode(text.utf8).map { .string(String(decoding: $0, as: UTF8.self)) }
    }
    document["config"] = own?["config"] ?? [:]
    document["default"] = whole?["default"] ?? false
    document["accessMode"] = whole?["accessMode"] ?? "ReadWrite"
    for name in ["backupSyncPeriod", "validationFrequency"] {
      document[name] = own?[name]?.string.flatMap { GoDuration.seconds($0) }.map { TimeSpan(seconds: $0).value }
    }
    if let credential = own?["credential"], credential.map?.isEmpty == false { document["credential"] = credential }
    return document
  }

  static func canonical(_ model: VeleroDocument, on site: Site) -> VeleroDocument {
    guard var map = model.value.map else { return model }
    // Known by now, and none.
    if map["caCertificate"] == "" { map["caCertificate"] = nil }
    for name in ["backupSyncPeriod", "validationFrequency"] {
      if let span = map[name].flatMap({ try? TimeSpan(value: $0) }) { map[name] = span.value }
    }
    return VeleroDocument(value: .map(map))
  }

  // MARK: Writing

  static func write(_ change: FacetChange<VeleroDocument>, on target: Target) throws(CallFailure) -> Effect {
    guard let document = change.after else {
      throw CallFailure(.unsupported, code: "K8S0014", "a location without its object is none; take its block out")
    }
    return Effect(rank: 0, .procedure(apply(document, before: change.before, target)))
  }

  static func create(_ target: Target, _ document: VeleroDocument) -> any Procedure<ValueMap> {
    Then(apply(document, before: nil, target)) { _ in Immediate(ValueMap()) }
  }

  /// The Secret first: a location that names one which isn't there is Unavailable.
  private static func apply(
    _ document: VeleroDocument, before: VeleroDocument?, _ target: Target
  ) -> any Procedure<Void> {
    let places = Places(target)
    let manager = target.site.fieldManager
    let forces = before?.ownedBy != nil
    var steps: [CallSequence.Step] = []
    if let body = document.secretBody(places.secret, target.address) {
      let call = places.secret.apply(body, manager: manager, forces: forces)
      // The answer repeats the Secret: nothing of it is looked at.
      steps.append(
        .init(call) { (reply) throws(CallFailure) in
          guard 200..<300 ~= reply.status else { throw StatusFailure.failure(reply, to: call) }
        })
    }
    steps.append(
      .init(places.storage.apply(document.storageLocation(places.storage), manager: manager, forces: forces)))
    if let object = document.snapshotLocation(places.snapshots) {
      steps.append(.init(places.snapshots.apply(object, manager: manager, forces: forces)))
    }
    var gone: [any Procedure<Void>] = []
    if before?["snapshots"] != nil, document["snapshots"] == nil { gone.append(removal(places.snapshots, manager)) }
    if before?["credential"]?["name"]?.string == places.secret.name, document["credential"] == nil {
      gone.append(removal(places.secret, manager))
    }
    return InTurn([CallSequence(steps)] + gone)
  }

  static func risks(_ change: FacetChange<VeleroDocument>, on target: Target) -> [Risk] {
    CozystackObject.takeOver(change.before?.ownedBy)
  }

  // MARK: Removing

  /// What Cooper never applied is somebody else's.
  private static func removal(_ place: ObjectPlace, _ manager: String) -> GuardedDeletion {
    GuardedDeletion(place) { ObjectOwnership($0, manager: manager).holdsAny }
  }

  /// only the registration goes; backups stay in the bucket.
  static func delete(_ target: Target) -> any Procedure<Void> {
    let places = Places(target)
    let manager = target.site.fieldManager
    var parts: [any Procedure<Void>] = []
    if target.settings["in"]?.map?.first?.value["snapshots"] != nil { parts.append(removal(places.snapshots, manager)) }
    parts.append(GuardedDeletion(places.storage, recordedUID: target.outputs["uid"]?.string))
    if target.settings["identity"] != nil { parts.append(removal(places.secret, manager)) }
    return InTurn(parts)
  }

  private static func outputs(_ target: Target) -> any Procedure<ValueMap> {
    let place = Places(target).storage
    return SingleCall<ValueMap>(place.get) { (reply) throws(CallFailure) in
      var outputs = ValueMap()
      outputs["uid"] = try reply.object(place.get)["metadata"]?["uid"]
      return outputs
    }
  }
}
