import CooperModel
import CooperProvider
import CooperSchema

/// Compares what two policies allow and deny, statement by statement and principal by principal.
enum PolicyRisk {
  static func risks(from before: BucketPolicy?, to after: BucketPolicy?, on target: Target) -> [Risk] {
    let earlier = before?.statements.map(Statement.init) ?? []
    let later = after?.statements.map(Statement.init) ?? []
    return widened(earlier, later, target) + opened(earlier, later) + locked(earlier, later)
      + unserved(earlier, later)
  }

  /// Public as S3 sees it: something is allowed to everybody without a condition.
  static func isPublic(_ policy: BucketPolicy) -> Bool {
    policy.statements.map(Statement.init).contains { $0.allows && !$0.hasCondition && $0.isForEverybody }
  }

  private static func widened(_ before: [Statement], _ after: [Statement], _ target: Target) -> [Risk] {
    let had = before.filter(\.allows)
    var risks: [Risk] = []
    for statement in after where statement.allows {
      for principal in statement.principals {
        let gains = statement.grants.filter { grant in
          !had.contains { $0.includes(grant, of: principal) }
        }
        guard !gains.isEmpty else { continue }
        let actions = Set(gains.map(\.action)).sorted().joined(separator: ", ")
        let places = Set(gains.map { place($0.resource, target) }).sorted().joined(separator: ", ")
        risks.append(Risk(.widensAccess, "\(words(principal)) gains \(actions) on \(places)"))
      }
    }
    return risks
  }

  /// A denial that goes or gets narrower widens access as an allowance does.
  private static func opened(_ before: [Statement], _ after: [Statement]) -> [Risk] {
    guard !before.isEmpty else { return [] }
    let kept = Set(after.filter { !$0.allows }.map(\.value))
    return before.filter { !$0.allows && !kept.contains($0.value) }.map {
      Risk(.widensAccess, "\($0.name) no longer denies what it denied")
    }
  }

  private static func locked(_ before: [Statement], _ after: [Statement]) -> [Risk] {
    let had = before.filter(\.locksOut).map(\.value)
    return after.filter { $0.locksOut && !had.contains($0.value) }.map {
      Risk(.locksOut, "\($0.name) denies everybody, Cooper included, without a condition")
    }
  }

  /// Services that add a statement by themselves when logs are sent to a bucket (Amazon CloudWatch Logs User Guide,
  /// "Enabling logging from AWS services"), and again after each removal (crossplane-contrib/provider-aws#1382).
  private static let selfServing: Set = ["delivery.logs.amazonaws.com", "logging.s3.amazonaws.com"]

  private static func unserved(_ before: [Statement], _ after: [Statement]) -> [Risk] {
    guard !before.isEmpty else { return [] }
    let kept = Set(after.map(\.value))
    return before.filter { statement in
      statement.allows && !kept.contains(statement.value) && !statement.principals.isEmpty
        && statement.principals.allSatisfy(selfServing.contains)
    }.map { statement in
      Risk(
        .overwrites,
        "\(statement.name) of \(statement.principals.sorted().joined(separator: ", ")) goes, and the service may add it "
          + "again; shared: [policy] leaves others' statements alone", needsConsent: false)
    }
  }

  private static func words(_ principal: String) -> String {
    if principal == "*" { return "everybody" }
    if principal.utf8.count == 12, principal.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return "account \(principal)"
    }
    let parts = principal.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 6 && parts[5] == "root" ? "account \(parts[4])" : principal
  }

  /// A resource relative to the bucket: `*` for the bucket and all in it.
  private static func place(_ resource: String, _ target: Target) -> String {
    let own = target.bucketARN
    if resource == own { return "the bucket" }
    return resource.hasPrefix(own + "/") ? String(resource.dropFirst(own.utf8.count + 1)) : resource
  }
}

/// A statement in the terms of the comparison; what it can't understand counts as much as it could mean.
private struct Statement {
  struct Grant: Hashable {
    var action: String
    var resource: String
    var condition: Value?
  }

  let value: Value

  init(_ value: Value) { self.value = value }

  var allows: Bool { value["Effect"]?.string?.lowercased() == "allow" }
  var hasCondition: Bool { value["Condition"]?.map?.isEmpty == false }
  var name: String {
    value["Sid"]?.string.flatMap { $0.isEmpty ? nil : "statement \($0)" } ?? "a statement without Sid"
  }
  var isForEverybody: Bool { principals.contains("*") }

  /// All principals as texts; everybody for NotPrincipal, which names those it spares.
  var principals: [String] {
    switch value["Principal"] {
    case .string(let text)?: return [text]
    case .map(let map)?: return map.flatMap { Self.texts($0.value) }
    default: return ["*"]
    }
  }

  private static func texts(_ value: Value?) -> [String] {
    switch value {
    case .string(let text)?: [text]
    case .list(let elements)?: elements.compactMap(\.string)
    case .unknown(let name)?: ["(known after apply: \(name))"]
    default: []
    }
  }

  private var actions: [String] {
    value["Action"].map { Self.texts($0) }
      ?? ["everything but \(Self.texts(value["NotAction"]).joined(separator: ", "))"]
  }

  private var resources: [String] {
    value["Resource"].map { Self.texts($0) }
      ?? ["everything but \(Self.texts(value["NotResource"]).joined(separator: ", "))"]
  }

  var grants: [Grant] {
    let condition = hasCondition ? value["Condition"] : nil
    return actions.flatMap { action in
      resources.map { Grant(action: action, resource: $0, condition: condition) }
    }
  }

  /// Whether this allowance already gave that to that principal, unconditionally or under the same condition.
  func includes(_ grant: Grant, of principal: String) -> Bool {
    guard principals.contains("*") || principals.contains(principal) else { return false }
    if hasCondition, value["Condition"] != grant.condition { return false }
    return actions.contains { Self.matches($0.lowercased(), grant.action.lowercased()) }
      && resources.contains { Self.matches($0, grant.resource) }
  }

  /// `*` and `?` of the pattern against a text that may have them too (then only a wider pattern matches).
  static func matches(_ pattern: String, _ text: String) -> Bool {
    let pattern = Array(pattern.utf8)
    let text = Array(text.utf8)
    var p = 0
    var t = 0
    var star: (p: Int, t: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        star = (p, t)
        p += 1
      } else if p < pattern.count,
        pattern[p] == text[t] || pattern[p] == UInt8(ascii: "?") && text[t] != UInt8(ascii: "*")
      {
        p += 1
        t += 1
      } else if let last = star {
        star = (last.p, last.t + 1)
        p = last.p + 1
        t = last.t + 1
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  /// Everybody, every action or the ones Cooper needs to repair it, and no condition that spares anyone.
  var locksOut: Bool {
    guard !allows, !hasCondition, value["NotPrincipal"] == nil, isForEverybody else { return false }
    return actions.contains { action in
      ["s3:putbucketpolicy", "s3:deletebucketpolicy"].contains { Self.matches(action.lowercased(), $0) }
    } || value["NotAction"] != nil
  }
}
