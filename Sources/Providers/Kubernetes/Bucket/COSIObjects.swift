import CooperModel
import CooperProvider
import CooperSchema

/// The `cosi` facet as a BucketClaim and its BucketAccesses, in either published version (systems.md section 5).
enum COSIObjects: Facet {
  static let schema = COSIBucket.facet

  static func claim(_ target: Target, _ model: COSIBucket, _ version: COSIBucket.Version) -> ObjectPlace {
    ObjectPlace(.bucketClaim(version), model.namespace, target.name)
  }

  static func access(_ name: String, _ model: COSIBucket, _ version: COSIBucket.Version) -> ObjectPlace {
    ObjectPlace(.bucketAccess(version), model.namespace, name)
  }

  /// v1alpha2 says ReadWrite where nothing is written.
  static func canonical(_ model: COSIBucket, on site: Site) -> COSIBucket {
    var model = model
    model.access = model.access?.mapValues { access in
      var access = access
      if access.mode == .readWrite { access.mode = nil }
      return access
    }
    return model
  }

  // MARK: Objects

  static func claimObject(_ target: Target, _ model: COSIBucket, _ version: COSIBucket.Version) -> Value {
    var spec: ValueMap = ["protocols": ["S3"]]
    if let name = model.bucketClass { spec["bucketClassName"] = .string(name) }
    if let name = model.existingBucket { spec["existingBucketName"] = .string(name) }
    return claim(target, model, version).object(["spec": .map(spec)])
  }

  static func accessObject(
    _ name: String, _ access: COSIAccess, _ target: Target, _ model: COSIBucket, _ version: COSIBucket.Version
  ) -> Value {
    var spec: ValueMap = ["bucketAccessClassName": .string(access.accessClass), "protocol": "S3"]
    if let account = access.serviceAccount { spec["serviceAccountName"] = .string(account) }
    switch version {
    case .v1alpha1:
      spec["bucketClaimName"] = .string(target.name)
      spec["credentialsSecretName"] = .string(access.secret)
    case .v1alpha2:
      let mode = access.mode ?? .readWrite
      spec["bucketClaims"] = [
        [
          "bucketClaimName": .string(target.name), "accessMode": .string(mode.rawValue),
          "accessSecretName": .string(access.secret),
        ]
      ]
    }
    return self.access(name, model, version).object(["spec": .map(spec)])
  }

  // MARK: Reading

  static func read(_ target: Target) -> any Procedure<Observed<COSIBucket>> {
    guard let wanted = target.maker, wanted.facet == schema.name, let desired = try? COSIBucket(value: wanted.value)
    else { return Immediate(.absent) }
    return WithCOSIVersion(desired.version) { read(target, desired, $0) }
  }

  private static func read(
    _ target: Target, _ desired: COSIBucket, _ version: COSIBucket.Version
  ) -> any Procedure<Observed<COSIBucket>> {
    let claim = claim(target, desired, version)
    let names = (desired.access ?? [:]).keys.sorted()
    let wanted =
      [AppliedRead<COSIBucket>.Wanted(claim, claimObject(target, desired, version))]
      + names.map { name in
        let object = desired.access?[name].map { accessObject(name, $0, target, desired, version) }
        return .init(access(name, desired, version), object)
      }
    return Then(
      AppliedRead(place: claim, wanted: wanted, manager: target.site.fieldManager) { objects, owners in
        model(objects, names, desired, version, owners)
      }
    ) { observed in
      guard case .present(let model) = observed else { return Immediate(observed) }
      return others(of: model, names, target, version)
    }
  }

  /// Accesses that Cooper applied earlier and that are no longer wanted.
  private static func others(
    of model: COSIBucket, _ names: [String], _ target: Target, _ version: COSIBucket.Version
  ) -> any Procedure<Observed<COSIBucket>> {
    let call = access("x", model, version).list
    return SingleCall<Observed<COSIBucket>>(call) { (reply) throws(CallFailure) in
      guard 200..<300 ~= reply.status, let items = (try? ValueJSON.decode(reply.body))?["items"]?.list else {
        throw StatusFailure.failure(reply, to: call)
      }
      var model = model
      for item in items {
        guard let name = item["metadata"]?["name"]?.string, !names.contains(name),
          item["metadata"]?["deletionTimestamp"] == nil,
          ObjectOwnership(item, manager: target.site.fieldManager).holdsAny,
          let access = access(item, of: target.name, version)
        else { continue }
        model.access = model.access ?? [:]
        model.access?[name] = access
      }
      return .present(model)
    }
  }

  private static func model(
    _ objects: [Value?], _ names: [String], _ desired: COSIBucket, _ version: COSIBucket.Version,
    _ owners: [String: String]
  ) -> COSIBucket? {
    guard let claim = objects.first ?? nil else { return nil }
    var model = COSIBucket()
    model.namespace = desired.namespace
    model.version = desired.version
    model.bucketClass = claim["spec"]?["bucketClassName"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    model.existingBucket = claim["spec"]?["existingBucketName"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    // A driver may note the class beside a bucket that was there.
    if desired.bucketClass == nil, desired.existingBucket != nil { model.bucketClass = nil }
    if desired.access != nil { model.access = [:] }
    let claimName = claim["metadata"]?["name"]?.string ?? ""
    for (name, object) in zip(names, objects.dropFirst()) {
      if let object { model.access?[name] = access(object, of: claimName, version) }
    }
    model.ownedBy = owners.isEmpty ? nil : owners
    return model
  }

  /// What an access says, if it is one to this claim.
  private static func access(_ object: Value, of claim: String, _ version: COSIBucket.Version) -> COSIAccess? {
    guard let spec = object["spec"] else { return nil }
    var access = COSIAccess()
    access.accessClass = spec["bucketAccessClassName"]?.string ?? ""
    access.serviceAccount = spec["serviceAccountName"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    switch version {
    case .v1alpha1:
      guard spec["bucketClaimName"]?.string == claim else { return nil }
      access.secret = spec["credentialsSecretName"]?.string ?? ""
    case .v1alpha2:
      let claims = spec["bucketClaims"]?.list ?? []
      guard let part = claims.first(where: { $0["bucketClaimName"]?.string == claim }) else { return nil }
      access.secret = part["accessSecretName"]?.string ?? ""
      access.mode = part["accessMode"]?.string.flatMap { COSIAccess.Mode(rawValue: $0) }
    }
    return access
  }

  // MARK: Writing

  static func write(_ change: FacetChange<COSIBucket>, on target: Target) throws(CallFailure) -> Effect {
    guard let model = change.after else {
      throw CallFailure(
        .unsupported, code: "K8S0014", "cosi is what makes the bucket; to remove the bucket, take its block out")
    }
    let before = change.before
    if let before, before.bucketClass != model.bucketClass { throw .chosenWhenMade("bucketClass") }
    if let before, before.existingBucket != model.existingBucket { throw .chosenWhenMade("existingBucket") }
    return Effect(rank: 0, .procedure(WithCOSIVersion(model.version) { apply(model, before, target, $0) }))
  }

  private static func apply(
    _ model: COSIBucket, _ before: COSIBucket?, _ target: Target, _ version: COSIBucket.Version
  ) -> any Procedure<Void> {
    let manager = target.site.fieldManager
    let forces = before?.ownedBy != nil
    var steps: [CallSequence.Step] = [
      .init(
        claim(target, model, version).apply(
          claimObject(target, model, version), manager: manager, forces: forces))
    ]
    for (name, access) in (model.access ?? [:]).sorted(by: { $0.key < $1.key }) {
      if let known = before?.access?[name], known == access, !forces { continue }
      let object = accessObject(name, access, target, model, version)
      steps.append(.init(self.access(name, model, version).apply(object, manager: manager, forces: forces)))
    }
    let gone = (before?.access ?? [:]).keys.sorted().filter { model.access?[$0] == nil }
    return InTurn([CallSequence(steps)] + gone.map { GuardedDeletion(self.access($0, model, version)) })
  }

  static func risks(_ change: FacetChange<COSIBucket>, on target: Target) -> [Risk] {
    var risks = CozystackObject.takeOver(change.before?.ownedBy)
    for name in (change.before?.access ?? [:]).keys.sorted() where change.after?.access?[name] == nil {
      risks.append(Risk(.irreversible, "the credentials of access \(name) end; who uses them loses access"))
    }
    return risks
  }
}
