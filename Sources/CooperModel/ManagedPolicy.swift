import CooperSchema

/// A policy of an account that roles and users attach by its ARN (IAM User Guide, "Customer managed policies").
public enum ManagedPolicy {
  public static let section = "policies"

  /// Characters of a document, white space not counted (IAM User Guide, "IAM and AWS STS quotas").
  public static let sizeLimit = 6_144
  /// Versions that IAM keeps of one policy (IAM User Guide, "Versioning IAM policies").
  public static let versions = 5

  public static let document = FacetSchema(
    name: "document", shape: .document(.iamPolicy), summary: "What it allows and denies, as an IAM document.",
    example: """
      { Statement: [{ Sid: Read, Effect: Allow, Action: ["s3:GetObject"], Resource: ["$(buckets.data.arn)/*"] }] }
      """, overwriteNeedsConsent: true, problems: documentProblems)

  public static let schema = KindSchema(
    section: section, name: "policy", summary: "A managed policy, which roles and users attach by its ARN.",
    holdsData: false,
    settings: [
      FieldShape(
        "description", .string(.any),
        mutability: .replaces(because: "IAM keeps the description that a policy was made with"),
        summary: "What the policy is for; shown in plans and kept with it."),
      FieldShape(
        "connection", .reference(section: "connections"), presence: .required,
        mutability: .replaces(because: "a policy can't move to another account"),
        summary: "The connection on which it lives.", example: "aws"),
      FieldShape(
        "policyName", .string(TextRule(lengths: 1...128)),
        mutability: .replaces(because: "a policy can't be renamed"), summary: "Name at the provider, default the key.",
        example: "acme-$(self.key)"),
      FieldShape(
        "path", .string(TextRule(lengths: 1...512)),
        mutability: .replaces(because: "a policy can't be moved to another path"),
        summary: "Path in front of its name, / at both ends (IAM User Guide, identifiers).", example: "/teams/"),
      FieldShape(
        "deletion", .choice(DeletionPolicy.allCases.map(\.rawValue)), presence: .defaulted("protect"),
        summary: "What may happen when it leaves the YAML.", example: "allow"),
      FieldShape(
        "origin", .choice(["managed", "existing"]), presence: .defaulted("managed"),
        summary: "An existing policy is referred to, never made or deleted.", example: "existing"),
    ],
    facets: [
      document,
      FacetSchema(
        name: "tags", shape: TagSet.facet.shape, summary: "Labels with a value, for cost and ownership.",
        example: "{ costCenter: \"4711\" }", cleared: .map(ValueMap()), honoursIgnoreTags: true,
        problems: TagSet.facet.problems),
    ], outputs: [KindOutput("arn", summary: "Its ARN, by which roles and users attach it.")], problems: settingProblems)

  @Sendable private static func settingProblems(_ settings: ValueMap) -> [FacetProblem] { IAMPath.problems(settings) }

  @Sendable private static func documentProblems(_ document: Value) -> [FacetProblem] {
    var found = policyProblems(document, namesPrincipals: false)
    // An empty document means "cleared" to a bucket; a policy always says something.
    if document.map?.isEmpty == true {
      found.append(FacetProblem(path: [], code: "MPO0001", message: "a policy without a statement is refused by IAM"))
    }
    let statements = BucketPolicy(document).statements
    for (index, statement) in statements.enumerated() {
      for word in ["Principal", "NotPrincipal"] where statement[word] != nil {
        found.append(
          FacetProblem(
            path: ["Statement", String(index), word], code: "MPO0002",
            message: "a policy of IAM names no principal: it holds for whoever it is attached to",
            fix: "take \(word) out"))
      }
    }
    let size = IAMSize.characters(document)
    if size > sizeLimit {
      found.append(
        FacetProblem(
          path: [], code: "MPO0003",
          message: "the document has \(size) characters without white space, and IAM takes \(sizeLimit)",
          fix: "make two policies of it; a role takes ten"))
    }
    return found
  }
}

/// Paths in front of names at IAM.
enum IAMPath {
  static func problems(_ settings: ValueMap) -> [FacetProblem] {
    guard let path = settings["path"]?.string else { return [] }
    let bytes = Array(path.utf8)
    if bytes.first == 0x2f, bytes.last == 0x2f, bytes.allSatisfy({ (0x21...0x7e).contains($0) }) { return [] }
    return [
      FacetProblem(
        path: ["path"], code: "IDE0007", message: "a path of IAM begins and ends with / and has no spaces",
        fix: "path: /teams/")
    ]
  }
}
