public import CooperSchema

/// A rule for cross-origin requests; of several the first that matches wins, so their order has a meaning.
public struct CORSRule: Modeled {
  /// Methods a rule may name on S3 (S3 API Reference, CORSRule); OPTIONS is answered by the service itself.
  public static let methodNamesOfS3 = ["GET", "PUT", "POST", "DELETE", "HEAD"]
  /// What a rule may name on any store: Google takes `*` too, Azure has MERGE.
  public static let methodNames = methodNamesOfS3 + ["OPTIONS", "PATCH", "MERGE", "*"]
  /// Rules per bucket (S3 User Guide, CORS configuration).
  public static let limit = 100

  public var id: String?
  public var origins: [String] = []
  public var methods: [String] = []
  public var headers: [String]?
  public var expose: [String]?
  /// Zero is a value of its own: a browser must not cache the answer.
  public var maxAge: TimeSpan?

  public init() {}

  public init(
    id: String? = nil, origins: [String], methods: [String], headers: [String]? = nil, expose: [String]? = nil,
    maxAge: TimeSpan? = nil
  ) {
    self.id = id
    self.origins = origins
    self.methods = methods
    self.headers = headers
    self.expose = expose
    self.maxAge = maxAge
  }

  /// The words of the refusal are `problems`' own.
  private static let verbs = Shape.set(
    .string(TextRule(lengths: 1...2048, pattern: "^(GET|PUT|POST|DELETE|HEAD|OPTIONS|PATCH|MERGE|\\*)$")), identity: [])
  private static let texts = Shape.set(.string(TextRule(lengths: 1...2048)), identity: [])

  public static let schema = ObjectSchema<CORSRule>(
    "CORSRule", "A rule for cross-origin requests; the first that matches wins.",
    [
      .init(
        "id", \.id, shape: .string(TextRule(lengths: 1...255)), summary: "Name of the rule at the provider.",
        example: "shop"),
      .init(
        required: "origins", \.origins, shape: texts, summary: "Origins that may call; at most one `*` in each.",
        example: "[https://shop.acme.example]"),
      .init(
        required: "methods", \.methods, shape: verbs, summary: "HTTP methods they may use, in capitals.",
        example: "[GET, PUT]"),
      .init("headers", \.headers, shape: texts, summary: "Request headers they may send.", example: "[\"*\"]"),
      .init("expose", \.expose, shape: texts, summary: "Response headers that scripts may read.", example: "[ETag]"),
      .init(
        "maxAge", \.maxAge, summary: "How long a browser may keep the answer; 0s is not the same as nothing.",
        example: "1h"),
    ])

  public static let facet = FacetSchema(
    name: "cors", shape: .list(shape), summary: "Rules for cross-origin requests, in order.",
    example: "[{ origins: [https://shop.acme.example], methods: [GET], maxAge: 1h }]", cleared: .list([]),
    problems: problems)

  @Sendable private static func problems(_ value: Value) -> [FacetProblem] {
    guard let rules = try? [CORSRule](value: value) else { return [] }
    var found = rules.enumerated().flatMap { $1.problems(at: [String($0)]) }
    if rules.count > limit { found.append(.tooMany(rules.count)) }
    let repeated = Dictionary(grouping: rules.compactMap(\.id), by: { $0 }).filter { $1.count > 1 }.keys.sorted()
    for id in repeated { found.append(.repeatedID(id)) }
    return found
  }

  /// Methods that some rule names and a store doesn't take, for narrowing; those that no store takes are found anyway.
  public static func methodProblems(_ cors: Value, allowed: [String]) -> [FacetProblem] {
    guard let rules = try? [CORSRule](value: cors) else { return [] }
    return rules.enumerated().flatMap { index, rule in
      var known = rule
      known.methods = rule.methods.map { methodNames.contains($0) ? $0 : allowed.first ?? $0 }
      return known.methodProblems(allowed, at: [String(index)])
    }
  }

  private func methodProblems(_ allowed: [String], at path: [String]) -> [FacetProblem] {
    methods.enumerated().compactMap { index, method in
      allowed.contains(method) ? nil : .method(method, allowed, path + ["methods", String(index)])
    }
  }

  private func problems(at path: [String]) -> [FacetProblem] {
    var found: [FacetProblem] = []
    if origins.isEmpty { found.append(.noOrigins(path)) }
    if methods.isEmpty { found.append(.noMethods(path)) }
    found += methodProblems(Self.methodNames, at: path)
    for (index, origin) in origins.enumerated() where origin.utf8.count(where: { $0 == UInt8(ascii: "*") }) > 1 {
      found.append(.stars(origin, path + ["origins", String(index)]))
    }
    for (index, header) in (headers ?? []).enumerated()
    where header.utf8.count(where: { $0 == UInt8(ascii: "*") }) > 1 {
      found.append(.stars(header, path + ["headers", String(index)]))
    }
    return found
  }
}

extension FacetProblem {
  fileprivate static func method(_ method: String, _ allowed: [String], _ path: [String]) -> FacetProblem {
    let capital = method.uppercased()
    if capital != method, allowed.contains(capital) {
      return .init(
        path: path, code: "COR0001", message: "CORS methods are written in capitals: \(method)", fix: capital)
    }
    return .init(
      path: path, code: "COR0001",
      message: "\(method) is no method that a CORS rule can name; there are " + allowed.joined(separator: ", "),
      fix: capital == "PATCH" ? "PUT" : nil)
  }

  fileprivate static func noOrigins(_ path: [String]) -> FacetProblem {
    .init(
      path: path + ["origins"], code: "COR0002", message: "a CORS rule needs an origin",
      fix: "origins: [https://shop.acme.example]")
  }

  fileprivate static func noMethods(_ path: [String]) -> FacetProblem {
    .init(path: path + ["methods"], code: "COR0003", message: "a CORS rule needs a method", fix: "methods: [GET]")
  }

  fileprivate static func stars(_ text: String, _ path: [String]) -> FacetProblem {
    .init(path: path, code: "COR0004", message: "\(text) has more than one *; S3 takes one")
  }

  fileprivate static func tooMany(_ count: Int) -> FacetProblem {
    .init(path: [], code: "COR0005", message: "\(count) CORS rules; a bucket holds at most \(CORSRule.limit)")
  }

  fileprivate static func repeatedID(_ id: String) -> FacetProblem {
    .init(path: [], code: "COR0006", message: "two CORS rules have the id \(id)")
  }
}
