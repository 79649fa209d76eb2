import CooperModel
import CooperProvider
import CooperSchema

/// Waits until the platform has made a bucket, and reads the name, address and region that it chose (CZ-05, CZ-06).
enum BucketReadiness {
  /// CZ-09: an empty region in the Secret; stores like these sign for this one.
  static let standardRegion = "us-east-1"
  private static let standardBudget: Int64 = 300

  static func budget(_ site: Site) -> Duration {
    let written = site.settings["readiness"].flatMap { try? TimeSpan(value: $0).seconds }
    return .seconds(written ?? standardBudget)
  }

  static func outputs(_ target: Target) -> any Procedure<ValueMap> {
    do throws(CallFailure) {
      switch try ClusterBucket.Made(target) {
      case .cozystack(let model): return cozystack(target, model)
      case .cosi(let model): return WithCOSIVersion(model.version) { cosi(target, model, $0) }
      }
    } catch {
      return Immediate(failing: error)
    }
  }

  static func late(_ words: String, _ budget: Duration) -> @Sendable (String) -> CallFailure {
    { missing in
      guard budget > .zero else {
        return CallFailure(.unavailable, code: "K8S0020", "\(words) is not ready: \(missing)")
      }
      return CallFailure(
        .unavailable, code: "K8S0020",
        "\(words) is not ready after \(budget.components.seconds) s: \(missing); the next apply goes on, or give it more time "
          + "with  readiness:  at the connection")
    }
  }

  // MARK: Cozystack

  private static func cozystack(_ target: Target, _ model: CozystackBucket) -> any Procedure<ValueMap> {
    let place = CozystackObject.place(target, model)
    let claim = ObjectPlace(.bucketClaim(.v1alpha1), model.namespace, "bucket-" + target.name)
    let user = model.users?.keys.min()
    let names = user.map { CozystackSecrets.names(target.name, user: $0) } ?? []
    let search = SecretSearch(
      namespace: model.namespace, names: names + CozystackSecrets.names(target.name, user: nil))
    let budget = budget(target.site)
    return Poll([place.get, claim.get] + search.calls, budget: budget, late: late(place.words, budget)) {
      heard, round in
      do throws(CallFailure) {
        guard let object = try heard[0].1.objectIfThere(place.get) else { return .notYet("it is not there") }
        // CZ-05; a tenant who may not see the claim relies on the other two.
        let isSeen = heard[1].1.status != 403
        let claimed = isSeen ? try heard[1].1.objectIfThere(claim.get) : nil
        if let problem = unready(object, status: "Ready") { return .notYet(problem) }
        if isSeen, claimed?["status"]?["bucketReady"]?.bool != true { return .notYet("\(claim.words) is not ready") }
        let claimName = claimed?["status"]?["bucketName"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let accepts: (BucketSecret) -> Bool = { $0.endpoint != nil && ($0.bucketName ?? claimName) != nil }
        switch search.judge(heard, accepts: accepts) {
        case .failed(let failure): return .failed(failure)
        case .ask(let calls): return .ask(calls)
        case .found(let secret):
          return .done(outputs(object, secret.bucketName ?? claimName, secret))
        case .nothing(let words):
          // CZ-03: no users, no keys; the name alone is known then.
          if model.users?.isEmpty ?? true, model.flavour != .a, round >= 3, let claimName {
            return .done(outputs(object, claimName, nil))
          }
          return .notYet(words)
        }
      } catch {
        return .failed(error)
      }
    }
  }

  // MARK: COSI

  private static func cosi(
    _ target: Target, _ model: COSIBucket, _ version: COSIBucket.Version
  ) -> any Procedure<ValueMap> {
    let claim = COSIObjects.claim(target, model, version)
    let first = (model.access ?? [:]).min { $0.key < $1.key }
    let search = SecretSearch(namespace: model.namespace, names: [first?.value.secret].compactMap { $0 })
    let access = first.map { COSIObjects.access($0.key, model, version) }
    let budget = budget(target.site)
    let calls = [claim.get] + [access?.get].compactMap { $0 } + search.calls
    return Poll(calls, budget: budget, late: late(claim.words, budget)) { heard, _ in
      do throws(CallFailure) {
        guard let object = try heard[0].1.objectIfThere(claim.get) else { return .notYet("it is not there") }
        let status = object["status"]
        if let problem = problem(status) { return .failed(refused(claim, problem)) }
        let isReady = version == .v1alpha1 ? status?["bucketReady"]?.bool : status?["readyToUse"]?.bool
        let field = version == .v1alpha1 ? "bucketName" : "boundBucketName"
        guard isReady == true, let name = status?[field]?.string, !name.isEmpty else {
          return .notYet("its driver has not made the bucket")
        }
        guard let access else { return .done(outputs(object, name, nil)) }
        let granted = try heard[1].1.objectIfThere(access.get)?["status"]
        if let problem = problem(granted) { return .failed(refused(access, problem)) }
        let isGranted = version == .v1alpha1 ? granted?["accessGranted"]?.bool : granted?["readyToUse"]?.bool
        guard isGranted == true else { return .notYet("\(access.words) is not granted") }
        switch search.judge(heard) {
        case .failed(let failure): return .failed(failure)
        case .ask(let calls): return .ask(calls)
        case .found(let secret):
          var outputs = outputs(object, secret.bucketName ?? name, secret)
          // Both are always told: whoever waits for them learns that there is no authority of its own.
          outputs["caCertificate"] = .string(secret.caCertificate ?? "")
          outputs["pathStyle"] = .string(String(secret.usesPath ?? true))
          return .done(outputs)
        case .nothing(let words): return .notYet(words)
        }
      } catch {
        return .failed(error)
      }
    }
  }

  private static func problem(_ status: Value?) -> String? {
    (status?["error"]?["message"] ?? status?["error"])?.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func refused(_ place: ObjectPlace, _ problem: String) -> CallFailure {
    CallFailure(.invalid, code: "K8S0021", "\(place.words): its driver says: \(problem.prefix(300))")
  }

  // MARK: What both have

  /// A condition that is there and not true; a platform that writes none has nothing to say.
  private static func unready(_ object: Value, status: String) -> String? {
    let conditions = object["status"]?["conditions"]?.list ?? []
    guard let condition = conditions.first(where: { $0["type"]?.string == status }),
      condition["status"]?.string != "True"
    else { return nil }
    return "it says: " + (condition["message"]?.string ?? condition["reason"]?.string ?? "not \(status)")
  }

  private static func outputs(_ object: Value, _ name: String?, _ secret: BucketSecret?) -> ValueMap {
    var outputs = ValueMap()
    outputs["uid"] = object["metadata"]?["uid"]
    outputs["bucketName"] = name.map { .string($0) }
    if let secret {
      outputs["endpoint"] = secret.endpoint.map { .string($0) }
      outputs["region"] = .string(secret.region ?? standardRegion)
    }
    return outputs
  }
}
