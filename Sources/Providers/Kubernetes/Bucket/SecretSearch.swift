import CooperProvider
import CooperSchema

/// Finds the first of several Secrets that holds what is wanted, as a Secret or, where a tenant may not read those, as a
/// TenantSecret (systems.md section 5).
struct SecretSearch: Sendable {
  let namespace: String
  let names: [String]

  var calls: [Call] { names.map { ObjectPlace(.secret, namespace, $0).get } }

  private var tenantCalls: [Call] { names.map { ObjectPlace(.tenantSecret, namespace, $0).get } }

  enum Finding: Sendable {
    case found(BucketSecret)
    case ask([Call])
    case nothing(String)
    case failed(CallFailure)
  }

  /// Judges what was heard in a round; answers to other calls are passed over.
  func judge(_ heard: [(Call, Reply)], accepts: (BucketSecret) -> Bool = { _ in true }) -> Finding {
    let ours = Set(calls + tenantCalls)
    let answers = heard.filter { ours.contains($0.0) }
    var firstRefusal: CallFailure?
    var isReadable = false
    for (call, reply) in answers {
      switch reply.status {
      case 200..<300:
        isReadable = true
        guard let object = try? reply.object(call), let secret = BucketSecret(object), accepts(secret) else { continue }
        return .found(secret)
      case 404: isReadable = isReadable || call.path.contains("secrets")
      case 403: firstRefusal = firstRefusal ?? StatusFailure.failure(reply, to: call)
      default: return .failed(StatusFailure.failure(reply, to: call))
      }
    }
    let refused = answers.filter { $0.1.status == 403 && $0.0.path.contains("secrets") }
    if !refused.isEmpty, answers.count == names.count { return .ask(tenantCalls) }
    if !isReadable, let refusal = firstRefusal, answers.allSatisfy({ $0.1.status == 403 }) {
      return .failed(refusal)
    }
    return .nothing("none of the Secrets \(names.joined(separator: ", ")) in \(namespace) holds keys")
  }
}
