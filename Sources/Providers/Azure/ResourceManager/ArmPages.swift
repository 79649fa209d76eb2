import CooperProvider
import CooperSchema

/// A list of Resource Manager, page by page; stops early when `isEnough` says so.
struct ArmPages: Procedure {
  private let site: Site
  private let isEnough: @Sendable (Int) -> Bool
  private var call: Call
  private var found: [Value] = []

  init(_ call: Call, on site: Site, isEnough: @escaping @Sendable (Int) -> Bool = { _ in false }) {
    self.call = call
    self.site = site
    self.isEnough = isEnough
  }

  /// The elements, and whether there are more.
  struct Found: Sendable {
    var elements: [Value]
    var isComplete: Bool
  }

  mutating func next(_ reply: Reply?) -> Step<Found> {
    guard let reply else { return .call(call) }
    do throws(CallFailure) {
      let document = try ArmReply.document(reply, to: call)
      guard let page = document["value"]?.list else { throw ArmReply.wrongShape(reply, call, "a list") }
      found += page
      guard let link = document["nextLink"]?.string, !link.isEmpty else {
        return .done(Found(elements: found, isComplete: true))
      }
      if isEnough(found.count) { return .done(Found(elements: found, isComplete: false)) }
      guard let following = AzureLink.call(link, on: site, permissions: call.permissions), following != call else {
        throw CallFailure(
          .protocolBroken, code: "ForeignAddress", "the next page is said to be at another host, where no token goes",
          call: call.line)
      }
      call = following
      return .call(call)
    } catch {
      return .failed(error)
    }
  }
}
