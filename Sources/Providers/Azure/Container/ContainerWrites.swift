import CooperModel
import CooperProvider
import CooperSchema

/// Writes what anonymous callers may do and the metadata: through Resource Manager as one call, through the blob service
/// as one call each.
struct ContainerWrites: Procedure {
  private enum Phase {
    case looking
    case metadata
    case lookingAtPolicies
    case access(Call)
    case patching(Call)
  }

  private let target: Target
  private let fragment: Value
  private let precondition: String?
  private var phase = Phase.looking

  init(_ fragments: [Value], _ target: Target, _ precondition: String?) {
    self.target = target
    fragment = fragments.reduce(.map(ValueMap())) { $0.merged(with: $1) }
    self.precondition = precondition
  }

  private var metadata: ValueMap? { fragment["metadata"]?.map }
  private var access: String? { fragment["publicAccess"]?.string }

  /// Both are members of one document there; what isn't sent stays.
  private func patch(_ etag: String?) -> Call {
    var properties = ValueMap()
    if let metadata { properties["metadata"] = .map(metadata) }
    if let access { properties["publicAccess"] = .string(access.prefix(1).uppercased() + access.dropFirst()) }
    return ContainerCall.arm(
      .patch, target, ifMatch: etag, body: ["properties": .map(properties)], needs: "/write")
  }

  /// Storage REST API, Set Container Metadata: all pairs are replaced.
  private var metadataCall: Call {
    var headers = (metadata ?? ValueMap()).map { Header("x-ms-meta-" + $0.key, $0.value.string ?? "") }
    headers.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    return ContainerCall.data(
      .put, target, query: [QueryItem("restype", "container"), QueryItem("comp", "metadata")], headers: headers,
      needs: "/write")
  }

  private var policies: Call {
    ContainerCall.data(
      .get, target, query: [QueryItem("restype", "container"), QueryItem("comp", "acl")], needs: "/read")
  }

  /// Storage REST API, Set Container ACL: its stored access policies are replaced whole, and go back as they came.
  private func accessCall(_ policies: [UInt8], unmodifiedSince: String?) -> Call {
    var headers: [Header] = []
    if let access, access != AnonymousAccess.none.rawValue { headers.append(Header("x-ms-blob-public-access", access)) }
    if let unmodifiedSince { headers.append(Header("If-Unmodified-Since", unmodifiedSince)) }
    return ContainerCall.data(
      .put, target, query: [QueryItem("restype", "container"), QueryItem("comp", "acl")], headers: headers,
      body: policies, needs: "/write")
  }

  var plannedCalls: [Call] {
    if target.site.reachesSettings { return [ContainerCall.read(target), patch(nil)] }
    var calls = [ContainerCall.read(target)]
    if metadata != nil { calls.append(metadataCall) }
    if access != nil { calls += [policies, accessCall([], unmodifiedSince: nil)] }
    return calls
  }

  private var call: Call {
    switch phase {
    case .looking: ContainerCall.read(target)
    case .metadata: metadataCall
    case .lookingAtPolicies: policies
    case .access(let call), .patching(let call): call
    }
  }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    guard let reply else { return .call(call) }
    do throws(CallFailure) {
      switch phase {
      case .looking: try looked(reply)
      case .metadata:
        _ = try reply.succeeded(call)
        guard access != nil else { return .done(()) }
        phase = .lookingAtPolicies
      case .lookingAtPolicies: try sawPolicies(try reply.succeeded(call))
      case .access, .patching:
        _ = try reply.succeeded(call)
        return .done(())
      }
      return .call(call)
    } catch {
      return .failed(error)
    }
  }

  private mutating func looked(_ reply: Reply) throws(CallFailure) {
    let view = try ContainerView.read(reply, target)
    if let precondition, let etag = view.etag, etag != precondition {
      throw CallFailure(
        .stale, code: "PreconditionFailed",
        "container \(target.name) has revision \(etag), and had \(precondition) when the plan was made; nothing was written",
        status: 412, call: call.line)
    }
    if target.site.reachesSettings {
      phase = .patching(patch(view.etag))
    } else {
      phase = metadata == nil ? .lookingAtPolicies : .metadata
    }
  }

  private mutating func sawPolicies(_ reply: Reply) throws(CallFailure) {
    guard String(decoding: reply.body.prefix(512), as: UTF8.self).contains("SignedIdentifiers") else {
      throw ArmReply.wrongShape(reply, policies, "the stored access policies")
    }
    // The byte order mark that the service puts in front is not part of the document.
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let document = reply.body.starts(with: mark) ? Array(reply.body.dropFirst(mark.count)) : reply.body
    phase = .access(accessCall(document, unmodifiedSince: reply.header("Last-Modified")))
  }
}
