import CooperModel
import CooperProvider
import CooperSchema

/// Whose IAM policy it is, and how that one is read and written.
struct PolicyPlace: Sendable {
  var get: Call
  var put: @Sendable (IAMPolicy) -> Call
  /// The policy in an answer; anything else is none, whatever its status.
  var policy: @Sendable (Reply, Call) throws(CallFailure) -> ValueMap

  /// Cloud Storage JSON API, Buckets: getIamPolicy, setIamPolicy. Only version 3 shows conditions; who reads an earlier one
  /// and writes it back takes them away.
  static func bucket(_ name: String) -> PolicyPlace {
    PolicyPlace(
      get: .bucketPolicy(
        .get, of: name, query: [QueryItem("optionsRequestedPolicyVersion", "3")], needs: "storage.buckets.getIamPolicy"),
      put: { policy in
        .bucketPolicy(.put, of: name, body: .map(policy.document), needs: "storage.buckets.setIamPolicy")
      }, policy: { (reply, call) throws(CallFailure) in try reply.document("storage#policy", to: call) })
  }

  /// IAM API, projects.serviceAccounts: getIamPolicy, setIamPolicy; both are sent by POST.
  static func account(_ email: String, _ site: Site) -> PolicyPlace {
    PolicyPlace(
      get: .account(
        .post, site, email, verb: "getIamPolicy", query: [QueryItem("options.requestedPolicyVersion", "3")],
        needs: "iam.serviceAccounts.getIamPolicy", onlyAsks: true),
      put: { policy in
        .account(
          .post, site, email, verb: "setIamPolicy", body: ["policy": .map(policy.document)],
          needs: "iam.serviceAccounts.setIamPolicy")
      },
      policy: { (reply, call) throws(CallFailure) in
        let map = try reply.object(to: call)
        // Every policy has one, an empty one too (IAM API, Policy).
        guard map["etag"]?.string != nil else {
          throw CallFailure(
            .unsupported, code: "WrongDocument", "the answer is something else and not an IAM policy",
            status: reply.status, call: call.line)
        }
        return map
      })
  }

  func bindings(_ reply: Reply) throws(CallFailure) -> [IAMBinding] {
    var bindings: [IAMBinding] = []
    for entry in try policy(reply, get).given("bindings")?.list ?? [] { bindings.append(try binding(entry)) }
    return bindings
  }

  private func binding(_ entry: Value) throws(CallFailure) -> IAMBinding {
    guard let entry = entry.map, let role = try entry.text("role", of: get) else {
      throw .broken("bindings", "a list with an entry without role", get)
    }
    var binding = IAMBinding()
    binding.role = role
    binding.members = try entry.texts("members", of: get) ?? []
    if let condition = try entry.object("condition", of: get) {
      var found = IAMCondition()
      found.title = try condition.text("title", of: get) ?? ""
      found.description = try condition.text("description", of: get).flatMap { $0.isEmpty ? nil : $0 }
      found.expression = try condition.text("expression", of: get) ?? ""
      binding.condition = found
    }
    return binding
  }
}

extension CallFailure {
  /// Of a service account that was just made other parts of Google haven't heard yet (IAM documentation, "Create service
  /// accounts": eventually consistent).
  var namesUnknownMember: Bool {
    status == 400 && message.contains("does not exist")
  }
}
