import CooperModel
import CooperProvider
import CooperSchema
import CooperSigning

/// Calls of IAM's query protocol (IAM API Reference): an action and its parameters in a form.
enum IAMCall {
  static let version = "2010-05-08"

  static func read(_ action: String, _ parameters: [QueryItem], on resource: String) -> Call {
    var call = change(action, parameters, on: resource)
    call.onlyAsks = true
    return call
  }

  static func change(
    _ action: String, _ parameters: [QueryItem], on resource: String, also: [String] = [], idempotent: Bool = true
  ) -> Call {
    Call(
      .post, service: "iam", body: CooperSigning.PercentEncoding.form(items(action, parameters)),
      permissions: ([action] + also).map { Permission("iam:" + $0, on: resource) }, idempotent: idempotent)
  }

  private static func items(_ action: String, _ parameters: [QueryItem]) -> [QueryItem] {
    [QueryItem("Action", action), QueryItem("Version", version)] + parameters
  }

  /// The result inside the answer to an action; throws for any other document.
  static func result(_ reply: Reply, _ action: StaticString, to call: Call) throws(CallFailure) -> XMLElement {
    guard 200..<300 ~= reply.status else { throw S3Failure.failure(reply, to: call) }
    let root = (try? XMLReader.read(reply.body))?.root
    guard let root, root.name == "\(action)Response" else {
      throw CallFailure(
        .protocolBroken, code: "WrongRootElement", "the answer to \(action) is no \(action)Response",
        status: reply.status, call: call.line)
    }
    // Actions without a result answer with their metadata alone.
    return root.children.first { $0.name == "\(action)Result" } ?? root
  }

  /// A change whose answer tells nothing but that it is done.
  static func done(_ call: Call, _ action: StaticString, ignoring codes: Set<String> = []) -> any Procedure<Void> {
    SingleCall<Void>(call) { (reply) throws(CallFailure) in
      do throws(CallFailure) { _ = try result(reply, action, to: call) } catch {
        guard codes.contains(error.code) else { throw error }
      }
    }
  }

  /// IAM gives documents percent-encoded (IAM API Reference, GetRole).
  static func document(_ text: String?, _ call: Call) throws(CallFailure) -> Value {
    guard let text, let bytes = decoded(text),
      let value = try? ValueJSON.decode(bytes, limits: JSONLimits(depth: 64, bytes: 1 << 20)), value.map != nil
    else {
      throw CallFailure(
        .protocolBroken, code: "UnreadableValue", "IAM answers with no policy document", call: call.line)
    }
    return value
  }

  private static func decoded(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let number = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else {
        return nil
      }
      bytes.append(number)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}

/// A role or a user: nearly all actions are the same but for that word.
enum IAMPrincipal: String, Sendable {
  case role = "Role"
  case user = "User"

  /// By the identity's type.
  init(_ target: Target) { self = target.settings["type"]?.string == "accessKey" ? .user : .role }

  static func name(_ target: Target) -> QueryItem { QueryItem(Self(target).rawValue + "Name", target.name) }

  /// Its ARN, with * for the account where nobody knows it yet.
  static func arn(_ target: Target) -> String {
    arn(
      Self(target), target.name, path: target.settings["path"]?.string, account: target.site.account ?? "*",
      partition: target.site.partition)
  }

  static func arn(_ kind: IAMPrincipal, _ name: String, path: String?, account: String, partition: String) -> String {
    IAMName.arn(kind.rawValue.lowercased(), name, path: path, account: account, partition: partition)
  }
}

/// All pages of a list of IAM, which tells with `IsTruncated` and `Marker` that there are more.
struct IAMPages<Item: Sendable>: Procedure {
  let action: StaticString
  let call: @Sendable (_ marker: [QueryItem]) -> Call
  let read: @Sendable (XMLElement) throws(CallFailure) -> [Item]
  private var marker: String?
  private var found: [Item] = []

  init(
    _ action: StaticString, _ parameters: [QueryItem], on resource: String,
    _ read: @escaping @Sendable (XMLElement) throws(CallFailure) -> [Item]
  ) {
    self.action = action
    self.read = read
    let name = "\(action)"
    call = { marker in IAMCall.read(name, parameters + marker, on: resource) }
  }

  mutating func next(_ reply: Reply?) -> Step<[Item]> {
    let call = call(marker.map { [QueryItem("Marker", $0)] } ?? [])
    guard let reply else { return .call(call) }
    do throws(CallFailure) {
      let result = try IAMCall.result(reply, action, to: call)
      found += try read(result)
      guard result.text("IsTruncated") == "true" else { return .done(found) }
      guard let following = result.text("Marker"), following != marker, !following.isEmpty else {
        throw CallFailure(
          .protocolBroken, code: "UnreadableValue", "\(action) says there is more and not where", call: call.line)
      }
      marker = following
      return next(nil)
    } catch {
      return .failed(error)
    }
  }
}

extension CallFailure {
  /// A policy that names somebody of whom this part of AWS hasn't heard yet.
  var namesUnknownPrincipal: Bool {
    ["MalformedPolicyDocument", "MalformedPolicy"].contains(code) && message.lowercased().contains("invalid principal")
  }
}
