public import CooperProvider

/// One managed policy with its versions, of which IAM keeps five and has one in force (IAM API Reference,
/// CreatePolicyVersion).
public struct ManagedPolicyStore: PlayedStore {
  private struct Version {
    var number: Int
    var document: String
  }

  private var versions = [Version(number: 1, document: #"{"Version":"2012-10-17","Statement":[]}"#)]
  private var current = 1
  private var latest = 1
  private var path = "/"
  private var description: String?
  private var tags: [String: String] = [:]

  public init() {}

  public mutating func answer(_ call: Call) -> Reply {
    let form = IAMStore.form(call)
    guard let action = form["Action"], form["PolicyArn"] ?? form["PolicyName"] != nil else { return Reply(400) }
    let number = form["VersionId"].flatMap { Int($0.dropFirst()) }
    let document = form["PolicyDocument"] ?? ""
    switch action {
    case "CreatePolicy":
      (versions, current, latest) = ([Version(number: 1, document: document)], 1, 1)
      path = form["Path"] ?? "/"
      description = form["Description"]
      tags = IAMStore.tags(form)
      return .iam(action, policy)
    case "GetPolicy": return .iam(action, policy)
    case "ListPolicyVersions":
      return .iam(action, IAMStore.members("Versions", versions.reversed().map { facts(of: $0) }))
    case "GetPolicyVersion":
      guard let version = versions.first(where: { $0.number == number }) else { break }
      let text = "<Document>\(IAMStore.encoded(version.document))</Document>" + facts(of: version)
      return .iam(action, "<PolicyVersion>\(text)</PolicyVersion>")
    case "CreatePolicyVersion":
      guard versions.count < 5 else { return .iamError(409, "LimitExceeded") }
      latest += 1
      versions.append(Version(number: latest, document: document))
      if form["SetAsDefault"] == "true" { current = latest }
      return .iam(action, "<PolicyVersion>\(facts(of: versions[versions.count - 1]))</PolicyVersion>")
    case "DeletePolicyVersion":
      guard number != current else { return .iamError(409, "DeleteConflict") }
      guard let index = versions.firstIndex(where: { $0.number == number }) else { break }
      versions.remove(at: index)
      return .iam(action, "")
    case "TagPolicy":
      tags.merge(IAMStore.tags(form)) { $1 }
      return .iam(action, "")
    case "UntagPolicy":
      for index in 1...50 { tags[form["TagKeys.member.\(index)"] ?? ""] = nil }
      return .iam(action, "")
    default: return .iamError(400, "InvalidAction")
    }
    return .iamError(404, "NoSuchEntity")
  }

  private func facts(of version: Version) -> String {
    "<VersionId>v\(version.number)</VersionId><IsDefaultVersion>\(version.number == current)</IsDefaultVersion>"
  }

  private var policy: String {
    var text = "<Arn>arn:aws:iam::111122223333:policy/b</Arn><PolicyId>ANPA</PolicyId>"
    text += "<Path>\(IAMStore.text(path))</Path><DefaultVersionId>v\(current)</DefaultVersionId>"
    if let description { text += "<Description>\(IAMStore.text(description))</Description>" }
    return "<Policy>" + text + IAMStore.members("Tags", IAMStore.pairs(tags)) + "</Policy>"
  }
}
