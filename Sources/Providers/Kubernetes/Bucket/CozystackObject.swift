import CooperModel
import CooperProvider
import CooperSchema

/// The `cozystack` facet as the object of `apps.cozystack.io/v1alpha1` that it is (CZ-01, CZ-02).
enum CozystackObject: Facet {
  static let schema = CozystackBucket.facet

  static func place(_ target: Target, _ model: CozystackBucket) -> ObjectPlace {
    ObjectPlace(.cozystackBucket, model.namespace, target.name)
  }

  /// A user who is not read-only is one that may write; a lock that is off is none.
  static func canonical(_ model: CozystackBucket, on site: Site) -> CozystackBucket {
    var model = model
    model.users = model.users?.mapValues { user in
      var user = user
      if user.readonly == false { user.readonly = nil }
      return user
    }
    if model.locking == false { model.locking = nil }
    return model
  }

  static func read(_ target: Target) -> any Procedure<Observed<CozystackBucket>> {
    guard let maker = target.maker, maker.facet == schema.name, let desired = try? CozystackBucket(value: maker.value)
    else { return Immediate(.absent) }
    let place = place(target, desired)
    let manager = target.site.fieldManager
    let wanted = AppliedRead<CozystackBucket>.Wanted(place, object(target, desired)) { _, found in
      object(target, desired.over(found["spec"]?["users"]))
    }
    return AppliedRead(place: place, wanted: [wanted], manager: manager) { objects, owners in
      guard let object = objects.first ?? nil else { return nil }
      return model(object, desired, manager: manager, owners)
    }
  }

  static func model(
    _ object: Value, _ desired: CozystackBucket, manager: String, _ owners: [String: String]
  ) -> CozystackBucket? {
    // Who declares a user says what it may do, whether that is written or not.
    var spoken = desired
    spoken.users = desired.users?.mapValues { user in
      var user = user
      user.readonly = user.readonly ?? false
      return user
    }
    let spec = ObjectOwnership(object, manager: manager).own(object["spec"], at: ["spec"], desired: spoken.spec)
    var value: ValueMap = ["namespace": .string(desired.namespace)]
    for name in ["locking", "storagePool", "users"] { value[name] = spec?[name] }
    if var users = value["users"]?.map {
      for pair in users {
        users[pair.key] = .map(
          ValueMap(pair.value.map?.first { $0.key == "readonly" }.map { [($0.key, $0.value)] } ?? []))
      }
      value["users"] = .map(users)
    }
    guard var model = try? CozystackBucket(value: .map(value)) else { return nil }
    // No part of the object: which of the two shapes the platform has.
    model.flavour = desired.flavour
    model.ownedBy = owners.isEmpty ? nil : owners
    return model
  }

  static func object(_ target: Target, _ model: CozystackBucket) -> Value {
    var parts = ValueMap()
    if let spec = model.spec { parts["spec"] = spec }
    return place(target, model).object(parts)
  }

  static func write(_ change: FacetChange<CozystackBucket>, on target: Target) throws(CallFailure) -> Effect {
    guard let model = change.after else {
      throw CallFailure(
        .unsupported, code: "K8S0014", "cozystack is what makes the bucket; to remove the bucket, take its block out")
    }
    if let before = change.before, (before.locking ?? false) != (model.locking ?? false) {
      throw .chosenWhenMade("locking")
    }
    if let pool = change.before?.storagePool, let wanted = model.storagePool, pool != wanted {
      throw .chosenWhenMade("storagePool")
    }
    let users = change.before?.users.map { Value.map(ValueMap($0.map { ($0.key, $0.value.value) })) }
    let call = place(target, model).apply(
      object(target, model.over(users)), manager: target.site.fieldManager, forces: change.before?.ownedBy != nil)
    let sequence = CallSequence([
      .init(call) { (reply) throws(CallFailure) in try Self.check(try reply.object(call), holds: model) }
    ])
    return Effect(rank: 0, .procedure(sequence))
  }

  /// Cozystack up to 1.0 takes the object and drops its spec.
  private static func check(_ object: Value, holds model: CozystackBucket) throws(CallFailure) {
    guard let users = model.users, !users.isEmpty, object["spec"]?["users"] == nil else { return }
    throw CallFailure(
      .unsupported, code: "K8S0012",
      "the cluster keeps no users of a bucket, so its Cozystack is one up to 1.0; write  flavour: A  and no users (CZ-02)"
    )
  }

  static func risks(_ change: FacetChange<CozystackBucket>, on target: Target) -> [Risk] {
    var risks = takeOver(change.before?.ownedBy)
    if change.after?.locking == true, change.before?.locking != true {
      risks.append(
        Risk(.locksRetention, "every object stays for 365 days, which nobody can shorten, not even its owner (CZ-07)"))
    }
    for name in (change.before?.users ?? [:]).keys.sorted() where change.after?.users?[name] == nil {
      risks.append(Risk(.irreversible, "the keys of user \(name) end; who uses them loses access"))
    }
    return risks
  }

  /// Fields that another manager owns are taken from it only with a consent.
  static func takeOver(_ owners: [String: String]?) -> [Risk] {
    guard let owners, !owners.isEmpty else { return [] }
    let each = owners.sorted { $0.key < $1.key }.map { "\($0.key) is owned by \($0.value)" }
    return [Risk(.overwrites, each.joined(separator: ", ") + "; applying takes over", needsConsent: true)]
  }

  /// CZ-07: the lock class retains.
  static func keepsData(_ target: Target) -> String? {
    guard target.maker?.facet == schema.name, target.maker?.value["locking"]?.bool == true else { return nil }
    return "its data stays at the store, by the lock that it was made with (CZ-07)"
  }
}

extension CallFailure {
  static func chosenWhenMade(_ field: String) -> CallFailure {
    CallFailure(
      .unsupported, code: "K8S0016",
      "\(field) is chosen when the bucket is made and can't be changed; declare another bucket and move what it holds")
  }
}

extension CozystackBucket {
  /// With `readonly: false` written where what is there says otherwise; elsewhere it goes without saying.
  func over(_ users: Value?) -> CozystackBucket {
    var model = self
    for (name, user) in model.users ?? [:] where user.readonly == nil && users?[name]?["readonly"] == true {
      model.users?[name]?.readonly = false
    }
    return model
  }

  /// Flavour A has no spec; in B what nobody wrote is left to the platform.
  var spec: Value? {
    var spec = ValueMap()
    if let locking { spec["locking"] = .bool(locking) }
    if let storagePool { spec["storagePool"] = .string(storagePool) }
    if let users { spec["users"] = .map(ValueMap(users.map { ($0.key, $0.value.value) })) }
    return spec.isEmpty ? nil : .map(spec)
  }
}
