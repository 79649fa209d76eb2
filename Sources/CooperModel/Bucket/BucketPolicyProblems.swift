import CooperSchema

/// Finds what is wrong with a policy before a service would say so in fewer words.
@Sendable func bucketPolicyProblems(_ value: Value) -> [FacetProblem] {
  var found = policyProblems(value, namesPrincipals: true)
  if value.map?.isEmpty == false, !value.hasUnknowns {
    let size = ValueJSON.encode(value, pretty: false).count
    if size > BucketPolicy.sizeLimit { found.append(.tooLarge(size)) }
  }
  return found
}

/// What the grammar of IAM refuses; policies of buckets name principals, and those of IAM none.
func policyProblems(_ value: Value, namesPrincipals: Bool) -> [FacetProblem] {
  guard let map = value.map else {
    return value == .null || value.hasUnknowns ? [] : [value.string == nil ? .notAnObject : .textNotObject]
  }
  if map.isEmpty { return [] }
  let policy = BucketPolicy(value)
  var found: [FacetProblem] = []
  if policy.statements.isEmpty { found.append(.noStatement) }
  if let version = map["Version"], version != "2012-10-17", version != "2008-10-17" { found.append(.version) }
  for key in map.keys where !["Version", "Id", "Statement"].contains(key) { found.append(.unknownKey(key)) }
  for (index, statement) in policy.statements.enumerated() {
    found += statementProblems(statement, at: ["Statement", String(index)], namesPrincipals)
  }
  let sids = policy.statements.compactMap { $0["Sid"]?.string }.filter { !$0.isEmpty }
  for (sid, same) in Dictionary(grouping: sids, by: { $0 }).sorted(by: { $0.key < $1.key }) where same.count > 1 {
    found.append(.repeatedSid(sid))
  }
  return found
}

private func statementProblems(
  _ statement: Value, at path: [String], _ namesPrincipals: Bool
) -> [FacetProblem] {
  guard statement.map != nil else { return [.statementNotAnObject(path)] }
  var found: [FacetProblem] = []
  if let effect = statement["Effect"]?.string?.lowercased() {
    if effect != "allow", effect != "deny" { found.append(.effect(path)) }
  } else {
    found.append(.effect(path))
  }
  let principals = ("Principal", "NotPrincipal")
  for (one, other) in [("Action", "NotAction"), ("Resource", "NotResource")] + (namesPrincipals ? [principals] : [])
  where (statement[one] == nil) == (statement[other] == nil) {
    found.append(.oneOf(path, one, other))
  }
  return found
}

extension BucketPolicy {
  /// Finds resources that are not of this bucket; S3 itself says only "invalid resource", not in which statement.
  ///
  /// Needs the native name and partition, so it is called where those are known.
  public func foreignResources(bucket: String, partition: String) -> [FacetProblem] {
    let own = "arn:\(partition):s3:::\(bucket)"
    var found: [FacetProblem] = []
    for (index, statement) in statements.enumerated() {
      for key in ["Resource", "NotResource"] {
        guard let value = statement[key] else { continue }
        for resource in (value.list ?? [value]).compactMap(\.string)
        where !Self.names(own, resource) {
          found.append(.foreign(["Statement", String(index), key], resource, own, statement["Sid"]?.string))
        }
      }
    }
    return found
  }

  private static func names(_ own: String, _ resource: String) -> Bool {
    if resource == own || resource.hasPrefix(own + "/") || resource == "*" { return true }
    // A pattern may cover the bucket's name: compare up to its first wildcard.
    guard let wild = resource.firstIndex(where: { $0 == "*" || $0 == "?" }) else { return false }
    let head = resource[..<wild]
    return (own + "/").hasPrefix(head)
  }
}

extension FacetProblem {
  fileprivate static let notAnObject = FacetProblem(
    path: [], code: "POL0001", message: "a policy is a map with Version and Statement", fix: "{ Statement: [...] }")
  fileprivate static let textNotObject = FacetProblem(
    path: [], code: "POL0001", message: "the policy is a text that is not a JSON object",
    fix: "write the document as YAML, or correct the JSON")
  fileprivate static let noStatement = FacetProblem(
    path: [], code: "POL0002", message: "the policy has no Statement", fix: "policy: {}   to clear it")
  fileprivate static let version = FacetProblem(
    path: ["Version"], code: "POL0003", message: "a policy's Version is 2012-10-17, or 2008-10-17 of old",
    fix: "Version: \"2012-10-17\"")

  fileprivate static func tooLarge(_ size: Int) -> FacetProblem {
    .init(
      path: [], code: "POL0004",
      message: "the policy has \(size) bytes; a bucket holds at most \(BucketPolicy.sizeLimit)",
      fix: "join statements, or use patterns in Resource and Principal")
  }

  fileprivate static func unknownKey(_ key: String) -> FacetProblem {
    .init(path: [key], code: "POL0005", message: "\(key) is no part of a policy; there are Version, Id and Statement")
  }

  fileprivate static func statementNotAnObject(_ path: [String]) -> FacetProblem {
    .init(path: path, code: "POL0006", message: "a statement is a map with Effect, Principal, Action and Resource")
  }

  fileprivate static func effect(_ path: [String]) -> FacetProblem {
    .init(path: path + ["Effect"], code: "POL0007", message: "Effect is Allow or Deny", fix: "Effect: Allow")
  }

  fileprivate static func oneOf(_ path: [String], _ one: String, _ other: String) -> FacetProblem {
    .init(path: path, code: "POL0008", message: "a statement of a bucket policy needs either \(one) or \(other)")
  }

  fileprivate static func repeatedSid(_ sid: String) -> FacetProblem {
    .init(path: ["Statement"], code: "POL0009", message: "two statements have the Sid \(sid)")
  }

  fileprivate static func foreign(
    _ path: [String], _ resource: String, _ own: String, _ sid: String?
  ) -> FacetProblem {
    let which = sid.flatMap { $0.isEmpty ? nil : "statement \($0)" } ?? "a statement without Sid"
    return .init(
      path: path, code: "POL0010", message: "\(which) names \(resource), which is not in this bucket", fix: own + "/*")
  }
}
