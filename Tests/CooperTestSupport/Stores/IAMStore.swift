public import CooperProvider
internal import CooperSchema

/// One role or user as IAM keeps it, behind the query protocol (IAM API Reference): forms in, XML out.
public struct IAMStore: PlayedStore {
  private var trust = ""
  private var session = "3600"
  private var boundary: String?
  private var tags: [String: String] = [:]
  private var inline: [String: String] = [:]
  private var attached: Set<String> = []
  private var description = ""
  private var path = "/"
  private var profiles: [String: Profile] = [:]

  private struct Profile {
    var path: String
    var tags: [String: String]
    var holds = false
  }

  public init() {}

  public mutating func answer(_ call: Call) -> Reply {
    let form = Self.form(call)
    guard let action = form["Action"], form["RoleName"] ?? form["UserName"] ?? form["InstanceProfileName"] != nil else {
      return Reply(400)
    }
    guard let result = result(of: action, form) else {
      return .iamError(404, "NoSuchEntity")
    }
    return .iam(action, result)
  }

  /// What a form says, by its names.
  static func form(_ call: Call) -> [String: String] {
    var form: [String: String] = [:]
    for pair in String(decoding: call.body, as: UTF8.self).split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      form[decoded(String(parts[0]))] = decoded(parts.count > 1 ? String(parts[1]) : "")
    }
    return form
  }

  /// Nil: there is no such thing.
  private mutating func result(of action: String, _ form: [String: String]) -> String? {
    let kind = form["UserName"] == nil ? "Role" : "User"
    let policy = form["PolicyName"] ?? ""
    switch action.replacing("User", with: "Role") {
    case "GetRole": return "<\(kind)>\(entity)</\(kind)>"
    case "CreateRole":
      trust = form["AssumeRolePolicyDocument"] ?? ""
      path = form["Path"] ?? "/"
      return "<\(kind)>\(entity)</\(kind)>"
    case "UpdateAssumeRolePolicy": trust = form["PolicyDocument"] ?? ""
    case "UpdateRole": session = form["MaxSessionDuration"] ?? session
    case "PutRolePermissionsBoundary": boundary = form["PermissionsBoundary"]
    case "DeleteRolePermissionsBoundary":
      guard boundary != nil else { return nil }
      boundary = nil
    case "UpdateRoleDescription": description = form["Description"] ?? ""
    case "TagRole": tags.merge(Self.tags(form)) { $1 }
    case "UntagRole": for index in 1...50 { tags[form["TagKeys.member.\(index)"] ?? ""] = nil }
    case "PutRolePolicy": inline[policy] = form["PolicyDocument"]
    case "GetRolePolicy":
      guard let document = inline[policy] else { return nil }
      return "<PolicyDocument>\(Self.encoded(document))</PolicyDocument>"
    case "DeleteRolePolicy": return inline.removeValue(forKey: policy) == nil ? nil : ""
    case "AttachRolePolicy": attached.insert(form["PolicyArn"] ?? "")
    case "DetachRolePolicy": return attached.remove(form["PolicyArn"] ?? "") == nil ? nil : ""
    case "ListAttachedRolePolicies":
      return Self.members("AttachedPolicies", attached.sorted().map { "<PolicyArn>\(Self.text($0))</PolicyArn>" })
    case "CreateInstanceProfile":
      profiles[form["InstanceProfileName"] ?? ""] = Profile(path: form["Path"] ?? "/", tags: Self.tags(form))
    case let action where action.hasSuffix("InstanceProfile"):
      return profile(form["InstanceProfileName"] ?? "", action, form)
    case "ListInstanceProfilesForRole":
      return Self.members(
        "InstanceProfiles",
        profiles.filter(\.value.holds).keys.sorted().map {
          "<InstanceProfileName>\(Self.text($0))</InstanceProfileName>"
        })
    default: return nil
    }
    return ""
  }

  private mutating func profile(_ name: String, _ action: String, _ form: [String: String]) -> String? {
    guard let profile = profiles[name] else { return nil }
    switch action {
    case "GetInstanceProfile":
      return "<InstanceProfile><InstanceProfileName>\(Self.text(name))</InstanceProfileName>"
        + "<Path>\(Self.text(profile.path))</Path>"
        + Self.members("Roles", profile.holds ? ["<RoleName>b</RoleName>"] : [])
        + Self.members("Tags", Self.pairs(profile.tags)) + "</InstanceProfile>"
    case "AddRoleToInstanceProfile": profiles[name]?.holds = true
    case "RemoveRoleFromInstanceProfile": profiles[name]?.holds = false
    case "DeleteInstanceProfile": profiles[name] = nil
    case "TagInstanceProfile": profiles[name]?.tags.merge(Self.tags(form)) { $1 }
    case "UntagInstanceProfile":
      for index in 1...50 { profiles[name]?.tags[form["TagKeys.member.\(index)"] ?? ""] = nil }
    default: return nil
    }
    return ""
  }

  static func tags(_ form: [String: String]) -> [String: String] {
    var tags: [String: String] = [:]
    for index in 1...50 {
      if let key = form["Tags.member.\(index).Key"] { tags[key] = form["Tags.member.\(index).Value"] ?? "" }
    }
    return tags
  }

  static func pairs(_ tags: [String: String]) -> [String] {
    tags.sorted { $0.key < $1.key }.map { "<Key>\(text($0.key))</Key><Value>\(text($0.value))</Value>" }
  }

  private var entity: String {
    var text = "<Arn>arn:aws:iam::111122223333:role/b</Arn><RoleId>AROA</RoleId><Path>\(Self.text(path))</Path>"
    text += "<MaxSessionDuration>\(session)</MaxSessionDuration>"
    if !trust.isEmpty { text += "<AssumeRolePolicyDocument>\(Self.encoded(trust))</AssumeRolePolicyDocument>" }
    if let boundary {
      text +=
        "<PermissionsBoundary><PermissionsBoundaryArn>\(Self.text(boundary))</PermissionsBoundaryArn>"
        + "</PermissionsBoundary>"
    }
    if !description.isEmpty { text += "<Description>\(Self.text(description))</Description>" }
    return text + Self.members("Tags", Self.pairs(tags))
  }

  static func members(_ name: String, _ items: [String]) -> String {
    "<\(name)>" + items.map { "<member>\($0)</member>" }.joined() + "</\(name)>"
  }

  static func text(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  private static func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let number = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(number)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// As IAM gives documents back.
  static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
      return isPlain
        ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}

extension Reply {
  static func iam(_ action: String, _ result: String) -> Reply {
    Reply(200, "<\(action)Response><\(action)Result>\(result)</\(action)Result></\(action)Response>")
  }

  static func iamError(_ status: Int, _ code: String) -> Reply {
    Reply(status, "<ErrorResponse><Error><Code>\(code)</Code><Message>none</Message></Error></ErrorResponse>")
  }
}
