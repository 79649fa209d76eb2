import CooperModel
import CooperProvider
import CooperSchema

/// Keys that a cluster's platform makes for a user of a bucket; read at the moment a call carries them (R-10).
enum BucketUser {
  static let kind = Kind(
    schema: Identity.schema, outputs: { _ in Immediate(ValueMap()) }, secret: { secret($0, $1) })

  static func secret(_ target: Target, _ output: String) -> any Procedure<Secret> {
    do throws(CallFailure) {
      let (namespace, names) = try place(target)
      let search = SecretSearch(namespace: namespace, names: names)
      let budget = BucketReadiness.budget(target.site)
      let words = "the key pair of \(target.address)"
      return Poll<Secret>(search.calls, budget: budget, late: BucketReadiness.late(words, budget)) { heard, _ in
        switch search.judge(heard) {
        case .failed(let failure): return .failed(failure)
        case .ask(let calls): return .ask(calls)
        case .nothing(let words): return .notYet(words)
        case .found(let keys):
          guard let secret = keys.output(output) else {
            return .failed(CallFailure(.unsupported, code: "K8S0022", "a bucket's user has no \(output)"))
          }
          return .done(secret)
        }
      }
    } catch {
      return Immediate(failing: error)
    }
  }

  /// The namespace, and the Secrets that may hold the keys, in the order in which they are tried.
  static func place(_ target: Target) throws(CallFailure) -> (namespace: String, names: [String]) {
    guard let bucket = target.related["bucket"] else {
      throw CallFailure(.invalid, code: "K8S0023", "\(target.address) names no bucket that is declared")
    }
    let facet = [CozystackBucket.facet.name, COSIBucket.facet.name].first { bucket.facets[$0] != nil }
    let user = target.settings["user"]?.string
    switch try ClusterBucket.Made(facet, facet.flatMap { bucket.facets[$0] }, bucket.address) {
    case .cozystack(let model):
      if let user, let users = model.users, users[user] == nil {
        throw unknown(user, of: bucket, among: users.keys.sorted(), target)
      }
      return (model.namespace, CozystackSecrets.names(bucket.declaredName, user: user))
    case .cosi(let model):
      let accesses = model.access ?? [:]
      guard let name = user ?? accesses.keys.min(), let access = accesses[name] else {
        throw unknown(user ?? "", of: bucket, among: accesses.keys.sorted(), target)
      }
      return (model.namespace, [access.secret])
    }
  }

  private static func unknown(
    _ user: String, of bucket: Related, among known: [String], _ target: Target
  ) -> CallFailure {
    CallFailure(
      .invalid, code: "K8S0023",
      "\(target.address): \(bucket.address) has no user \"\(user)\""
        + (known.isEmpty ? "" : "; it has \(known.joined(separator: ", "))"))
  }
}
