import CooperModel
import CooperProvider
import CooperSchema

/// Names and ARNs of IAM (IAM User Guide, "IAM identifiers").
enum IAMName {
  static func arn(_ kind: String, _ name: String, path: String?, account: String, partition: String) -> String {
    "arn:\(partition):iam::\(account):\(kind)\(path ?? "/")\(name)"
  }

  /// A name, or an ARN with what it says besides; `kinds` has the settings that each kind of ARN means.
  static func given(_ text: String, _ kinds: [String: ValueMap]) -> GivenName {
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "iam", let slash = parts[5].firstIndex(of: "/"),
      let settings = kinds[String(parts[5][..<slash])], let last = parts[5].lastIndex(of: "/")
    else { return GivenName(text) }
    var given = GivenName(String(parts[5][parts[5].index(after: last)...]), settings: settings)
    given.account = parts[4]
    let path = String(parts[5][slash...last])
    if path != "/" { given.settings["path"] = .string(path) }
    return given
  }

  /// Checks the name of a policy; the same characters as in those of roles, twice as long.
  static func policyProblem(_ name: String) -> String? {
    if !(1...128).contains(name.utf8.count) { return "names of policies have 1 to 128 characters" }
    return RoleName.holdsItsCharactersOnly(name)
      ? nil : "names of policies hold letters, digits and _+=,.@- only"
  }
}
