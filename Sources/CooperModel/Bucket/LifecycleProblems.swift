public import CooperSchema

/// Finds what the shape of lifecycle rules can't say (S3 API Reference, PutBucketLifecycleConfiguration).
@Sendable func lifecycleProblems(_ value: Value) -> [FacetProblem] {
  guard let rules = try? Lifecycle(value: value) else { return [] }
  var found: [FacetProblem] = []
  for (id, rule) in rules.sorted(by: { $0.key < $1.key }) {
    var check = RuleCheck(path: [id])
    check.run(rule)
    found += check.found
  }
  if rules.count > LifecycleRule.limit { found.append(.tooManyRules(rules.count)) }
  return found
}

/// Walks one rule and collects.
private struct RuleCheck {
  let path: [String]
  var found: [FacetProblem] = []

  init(path: [String]) { self.path = path }

  mutating func run(_ rule: LifecycleRule) {
    if let above = rule.sizeGreaterThan, let below = rule.sizeLessThan, above.bytes + 1 >= below.bytes {
      found.append(.sizesReversed(path + ["sizeGreaterThan"], above, below))
    }
    let limitsTime = rule.conditions?.limitsTime ?? false
    if let expiration = rule.expiration { expirationForm(expiration, limitsTime) }
    if let noncurrent = rule.noncurrentExpiration {
      age(noncurrent.after, atLeast: 0, path + ["noncurrentExpiration", "after"])
    }
    for (index, transition) in (rule.transitions ?? []).enumerated() {
      when(transition, limitsTime, path + ["transitions", String(index)])
    }
    if let conditions = rule.conditions { days(conditions) }
    for (index, transition) in (rule.noncurrentTransitions ?? []).enumerated() {
      age(transition.after, atLeast: 0, path + ["noncurrentTransitions", String(index), "after"])
    }
    repeated((rule.transitions ?? []).map(\.to), "transitions")
    repeated((rule.noncurrentTransitions ?? []).map(\.to), "noncurrentTransitions")
    if let after = rule.abortMultipartAfter { age(after, atLeast: 1, path + ["abortMultipartAfter"]) }
    if rule.abortMultipartAfter != nil { abortScope(rule) }
    if !rule.hasAction { found.append(.noAction(path)) }
  }

  private mutating func expirationForm(_ expiration: LifecycleExpiration, _ limitsTime: Bool) {
    let path = path + ["expiration"]
    let marker = expiration.expiredObjectDeleteMarker == true
    if marker, expiration.after != nil || expiration.date != nil {
      found.append(.markerNextToAge(path + ["expiredObjectDeleteMarker"]))
    } else if expiration.after != nil, expiration.date != nil {
      found.append(.twoForms(path + ["date"]))
    } else if expiration == LifecycleExpiration(), !limitsTime {
      found.append(.noForm(path))
    }
    if let after = expiration.after { age(after, atLeast: 0, path + ["after"]) }
    if let date = expiration.date { midnight(date, path + ["date"]) }
  }

  private mutating func when(_ transition: LifecycleTransition, _ limitsTime: Bool, _ path: [String]) {
    if transition.after != nil, transition.date != nil { found.append(.twoForms(path + ["date"])) }
    if transition.after == nil, transition.date == nil, !limitsTime { found.append(.noTime(path)) }
    if let after = transition.after { age(after, atLeast: 0, path + ["after"]) }
    if let date = transition.date { midnight(date, path + ["date"]) }
  }

  private mutating func days(_ conditions: LifecycleConditions) {
    let path = path + ["conditions"]
    let spans = [
      ("age", conditions.age), ("sinceNoncurrent", conditions.sinceNoncurrent),
      ("sinceCustomTime", conditions.sinceCustomTime),
    ]
    for case (let name, let span?) in spans { age(span, atLeast: 0, path + [name]) }
    let dates = [
      ("createdBefore", conditions.createdBefore), ("noncurrentBefore", conditions.noncurrentBefore),
      ("customTimeBefore", conditions.customTimeBefore),
    ]
    for case (let name, let date?) in dates { midnight(date, path + [name]) }
  }

  private mutating func age(_ span: TimeSpan, atLeast least: Int64, _ path: [String]) {
    guard let days = span.wholeDays else {
      found.append(.notWholeDays(path, span))
      return
    }
    if days < least { found.append(.tooFewDays(path, least)) }
  }

  private mutating func midnight(_ date: Instant, _ path: [String]) {
    if !date.isMidnight { found.append(.notMidnight(path, date)) }
  }

  private mutating func repeated(_ classes: [String], _ field: String) {
    for (index, name) in classes.enumerated() where classes[..<index].contains(name) {
      found.append(.repeatedClass(path + [field, String(index), "to"], name))
    }
  }

  /// S3 refuses AbortIncompleteMultipartUpload and a marker beside tags; parts have no tags and no size yet.
  private mutating func abortScope(_ rule: LifecycleRule) {
    if rule.tags?.isEmpty == false || rule.sizeGreaterThan != nil || rule.sizeLessThan != nil {
      found.append(.abortWithFilter(path + ["abortMultipartAfter"]))
    }
  }
}

extension LifecycleRule {
  /// What Google alone can do and a store like S3 or Azure can't: delete after no days at all, and its conditions.
  public static func problemsBeyondGoogle(_ lifecycle: Value) -> [FacetProblem] {
    guard let rules = try? Lifecycle(value: lifecycle) else { return [] }
    return rules.sorted { $0.key < $1.key }.flatMap { id, rule -> [FacetProblem] in
      let ages = [
        ("expiration", rule.expiration?.after), ("noncurrentExpiration", rule.noncurrentExpiration?.after),
      ]
      var found = ages.compactMap { field, after in
        after?.seconds == 0 ? FacetProblem.tooFewDays([id, field, "after"], 1) : nil
      }
      if rule.conditions != nil { found.append(.conditions([id, "conditions"])) }
      return found
    }
  }

  /// Whether it does anything; `expiredObjectDeleteMarker: false` alone does not.
  var hasAction: Bool {
    let expires = expiration.map { $0 != LifecycleExpiration(expiredObjectDeleteMarker: false) } ?? false
    return expires || noncurrentExpiration != nil || abortMultipartAfter != nil || transitions?.isEmpty == false
      || noncurrentTransitions?.isEmpty == false
  }
}

extension FacetProblem {
  fileprivate static func noForm(_ path: [String]) -> FacetProblem {
    .init(
      path: path, code: "LIF0001", message: "expiration needs one of after, date and expiredObjectDeleteMarker",
      fix: "after: 30d")
  }

  fileprivate static func twoForms(_ path: [String]) -> FacetProblem {
    .init(path: path, code: "LIF0002", message: "after and date exclude each other", fix: "keep one of them")
  }

  fileprivate static func markerNextToAge(_ path: [String]) -> FacetProblem {
    .init(
      path: path, code: "LIF0003",
      message: "expiredObjectDeleteMarker can't stand next to after or date: the service drops or refuses it",
      fix: "put it in a rule of its own; an age removes such markers too")
  }

  fileprivate static func tooFewDays(_ path: [String], _ least: Int64) -> FacetProblem {
    .init(path: path, code: "LIF0004", message: "at least \(least)d is needed here", fix: "\(least)d")
  }

  fileprivate static func conditions(_ path: [String]) -> FacetProblem {
    .init(
      path: path, code: "LIF0013", message: "these conditions are those of Google Cloud Storage",
      fix: "take conditions out for this connection")
  }

  fileprivate static func sizesReversed(_ path: [String], _ above: ByteSize, _ below: ByteSize) -> FacetProblem {
    .init(
      path: path, code: "LIF0005",
      message: "no object is larger than \(above.text) and smaller than \(below.text)",
      fix: "exchange sizeGreaterThan and sizeLessThan")
  }

  fileprivate static func notMidnight(_ path: [String], _ date: Instant) -> FacetProblem {
    .init(
      path: path, code: "LIF0006", message: "\(date.text) is not midnight UTC, which lifecycle dates must be",
      fix: String(date.text.prefix(10)))
  }

  fileprivate static func noAction(_ path: [String]) -> FacetProblem {
    .init(
      path: path, code: "LIF0007", message: "the rule does nothing; services refuse such a rule or lose it",
      fix: "add expiration, noncurrentExpiration, transitions or abortMultipartAfter")
  }

  fileprivate static func tooManyRules(_ count: Int) -> FacetProblem {
    .init(
      path: [], code: "LIF0008", message: "\(count) lifecycle rules; a bucket holds at most \(LifecycleRule.limit)")
  }

  fileprivate static func notWholeDays(_ path: [String], _ span: TimeSpan) -> FacetProblem {
    .init(
      path: path, code: "LIF0009", message: "\(span.text) is not a whole number of days",
      fix: "\(span.seconds / 86_400 + 1)d")
  }

  fileprivate static func noTime(_ path: [String]) -> FacetProblem {
    .init(path: path, code: "LIF0010", message: "a transition needs after or date", fix: "after: 30d")
  }

  fileprivate static func repeatedClass(_ path: [String], _ name: String) -> FacetProblem {
    .init(path: path, code: "LIF0011", message: "two transitions of one rule lead to \(name)", fix: "keep one of them")
  }

  fileprivate static func abortWithFilter(_ path: [String]) -> FacetProblem {
    .init(
      path: path, code: "LIF0012", message: "unfinished uploads have no tags and no size: such a filter is refused",
      fix: "put abortMultipartAfter in a rule of its own")
  }
}
