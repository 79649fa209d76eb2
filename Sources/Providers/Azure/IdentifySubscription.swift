import CooperProvider
import CooperSchema

/// Asks for the subscription: who can't see it may do nothing in it (Azure REST API, Subscriptions, Get).
enum IdentifySubscription {
  static func call(_ site: Site) -> Call {
    let subscription = site.account ?? ""
    return Call(
      .get, service: "arm", path: ["subscriptions", subscription], query: [QueryItem("api-version", "2022-12-01")],
      permissions: [
        Permission("Microsoft.Resources/subscriptions/read", on: "/subscriptions/\(subscription)")
      ])
  }

  /// `token` is asked after the call, when there is one.
  static func procedure(
    site: Site, tenant: String?, token: @escaping @Sendable () -> AzureToken?
  ) -> any Procedure<SignedInIdentity> {
    let call = call(site)
    return SingleCall<SignedInIdentity>(call) { (reply) throws(CallFailure) in
      let token = token()
      let claims = token?.claims
      let who = claims?.principal ?? "an identity without a name"
      let source = token?.source ?? "access"
      let document: Value
      do throws(CallFailure) {
        document = try ArmReply.document(reply, to: call)
      } catch {
        guard [.denied, .notFound].contains(error.kind) else { throw error }
        throw CallFailure(
          .unauthenticated, code: "AZU0008",
          "connection \"\(site.connection)\": \(who), from \(source), can't see subscription \(site.account ?? "?"); "
            + "nothing was read or changed; give it Reader there, or write the subscription it works in",
          status: reply.status, call: call.line, permission: call.permissions.first)
      }
      guard let id = document["subscriptionId"]?.string?.lowercased() else {
        throw ArmReply.wrongShape(reply, call, "a subscription")
      }
      let home = document["tenantId"]?.string?.lowercased() ?? claims?.tenant
      if let tenant, let home, tenant != home {
        throw CallFailure(
          .unauthenticated, code: "AZU0009",
          "connection \"\(site.connection)\" is in tenant \(home), not \(tenant); signed in as \(who), from \(source); "
            + "nothing was read or changed", call: call.line)
      }
      return SignedInIdentity(account: id, principal: who, source: source)
    }
  }
}
