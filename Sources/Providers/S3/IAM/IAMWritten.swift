import CooperModel
import CooperProvider
import CooperSchema

/// What IAM holds of a role or user in the words of the YAML, for import.
enum IAMWritten {
  static func facets(_ observed: [String: Value], _ target: Target) -> [String: Value] {
    var written: [String: Value] = [:]
    let isRole = target.settings["type"] == "role"
    // An hour is what IAM gives a role of which nothing is said.
    if isRole, observed["maxSession"] != "1h" { written["maxSession"] = observed["maxSession"] }
    for name in ["policies", "permissionsBoundary", "instanceProfile", "tags", "path", "description"] {
      written[name] = observed[name]
    }
    written["permissions"] = observed["permissions"].map { ["policy": CanonicalDocument.written($0)] }
    if let trust = observed["trust"] { written["trust"] = entries(trust, target) }
    return written
  }

  /// An entry for each statement; nil where one says what an entry can't.
  private static func entries(_ trust: Value, _ target: Target) -> Value? {
    var entries: [Value] = []
    for statement in BucketPolicy(trust).statements {
      guard let found = Self.entries(of: statement) else { return nil }
      entries += found
    }
    // Composed again it must be the very same document.
    let composition = Composition(target: target, connection: ValueMap(), facets: ["trust": .list(entries)])
    guard let again = try? IAMComposition(composition).facets()["trust"],
      IAMDocument(again).canonical.document == IAMDocument(trust).canonical.document
    else { return nil }
    return .list(entries)
  }

  private static func entries(of statement: Value) -> [Value]? {
    guard let principal = statement["Principal"]?.map, principal.count == 1, let who = principal.first else {
      return nil
    }
    let names = who.value.list ?? [who.value]
    switch who.key {
    case "AWS":
      let id = only(statement["Condition"]?["StringEquals"]?["sts:ExternalId"])
      return names.map { name in
        var entry: ValueMap = ["aws": name]
        entry["externalId"] = id
        return .map(entry)
      }
    case "Service": return names.map { ["service": $0] }
    case "Federated":
      let host = names.first?.string?.split(separator: "/", maxSplits: 1).last.map(String.init)
      guard names.count == 1, let host else { return nil }
      var entry: ValueMap = ["oidc": .string(host)]
      for test in statement["Condition"]?.map ?? ValueMap() {
        for pair in test.value.map ?? ValueMap() {
          if pair.key == host + ":sub" { entry["subject"] = only(pair.value) }
          if pair.key == host + ":aud", only(pair.value) != "sts.amazonaws.com" { entry["audience"] = only(pair.value) }
        }
      }
      return [.map(entry)]
    default: return nil
    }
  }

  private static func only(_ value: Value?) -> Value? {
    guard let list = value?.list else { return value }
    return list.count == 1 ? list[0] : nil
  }
}
