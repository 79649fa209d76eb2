import CooperModel
import CooperProvider
import CooperSchema

/// Goes on with the version of COSI that is written, else with the one that the cluster prefers.
struct WithCOSIVersion<Output: Sendable>: Procedure {
  private let written: COSIBucket.Version?
  private let follow: @Sendable (COSIBucket.Version) -> any Procedure<Output>
  private var running: (any Procedure<Output>)?

  static var question: Call {
    Call(
      .get, service: "kubernetes", path: ["apis", ObjectType.cosiGroup],
      headers: [Header("Accept", "application/json")],
      permissions: [Permission("get", on: "/apis/" + ObjectType.cosiGroup)])
  }

  init(
    _ written: COSIBucket.Version?, _ follow: @escaping @Sendable (COSIBucket.Version) -> any Procedure<Output>
  ) {
    self.written = written
    self.follow = follow
  }

  mutating func next(_ reply: Reply?) -> Step<Output> {
    if running == nil {
      if let written {
        running = follow(written)
        return advance(nil)
      }
      guard let reply else { return .call(Self.question) }
      do throws(CallFailure) { running = follow(try Self.version(reply)) } catch { return .failed(error) }
      return advance(nil)
    }
    return advance(reply)
  }

  private mutating func advance(_ reply: Reply?) -> Step<Output> {
    guard var running else { return .call(Self.question) }
    let step = running.next(reply)
    self.running = running
    return step
  }

  private static func version(_ reply: Reply) throws(CallFailure) -> COSIBucket.Version {
    guard reply.status != 404 else {
      throw CallFailure(
        .unsupported, code: "K8S0015", "the cluster has no COSI: the group \(ObjectType.cosiGroup) is not there")
    }
    guard 200..<300 ~= reply.status, let group = try? ValueJSON.decode(reply.body) else {
      throw StatusFailure.failure(reply, to: question)
    }
    let served = (group["versions"]?.list ?? []).compactMap { $0["version"]?.string }
    let order = [group["preferredVersion"]?["version"]?.string].compactMap { $0 } + served
    guard let version = order.lazy.compactMap({ COSIBucket.Version(rawValue: $0) }).first else {
      throw CallFailure(
        .unsupported, code: "K8S0015",
        "the cluster has COSI in versions \(served.joined(separator: ", ")); Cooper speaks v1alpha1 and v1alpha2")
    }
    return version
  }

  var plannedCalls: [Call] {
    written == nil ? [Self.question] + follow(.v1alpha1).plannedCalls : follow(written ?? .v1alpha1).plannedCalls
  }
}
