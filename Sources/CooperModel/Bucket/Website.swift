public import CooperSchema

/// A bucket that answers as a website.
public struct Website: Modeled {
  public enum Scheme: String, SchemaChoice { case http, https }

  /// Routing rules per bucket (S3 User Guide, website hosting).
  public static let routeLimit = 50

  /// Nil in the cleared value `{}`, and where all is redirected.
  public var index: String?
  public var error: String?
  public var redirectTo: String?
  public var redirectScheme: Scheme?
  /// The first that fits wins, so their order has a meaning.
  public var routes: [WebsiteRoute]?

  public init() {}

  private static let key = Shape.string(TextRule(lengths: 1...1024))

  public static let schema = ObjectSchema<Website>(
    "Website", "How a bucket answers as a website.",
    [
      .init("index", \.index, shape: key, summary: "What a folder shows.", example: "index.html"),
      .init("error", \.error, shape: key, summary: "What is shown when nothing is found.", example: "404.html"),
      .init(
        "redirectTo", \.redirectTo, shape: key, summary: "Host that gets all requests.", example: "www.acme.example"),
      .init(
        "redirectScheme", \.redirectScheme, summary: "Protocol of redirects, default that of the request.",
        example: "https"),
      .init(
        "routes", \.routes, summary: "Redirects by prefix or error; the first that fits wins.",
        example: "[{ prefix: old/, replacePrefix: new/ }]"),
    ])

  public static let facet = FacetSchema(
    name: "website", shape: shape, summary: "Lets the bucket answer as a website.",
    example: "{ index: index.html, error: 404.html }", cleared: .map(ValueMap()), problems: problems)

  @Sendable private static func problems(_ value: Value) -> [FacetProblem] {
    guard let model = try? Website(value: value), model != Website() else { return [] }
    var found: [FacetProblem] = []
    let others = model.index != nil || model.error != nil || model.routes != nil
    if model.redirectTo == nil, model.index == nil {
      found.append(
        FacetProblem(
          path: [], code: "WEB0001", message: "a website has an index, or redirects everything",
          fix: "index: index.html"))
    } else if model.redirectTo != nil, others {
      found.append(
        FacetProblem(
          path: ["redirectTo"], code: "WEB0002", message: "a website that redirects everything has nothing else",
          fix: "take index, error and routes out"))
    }
    if model.redirectScheme != nil, model.redirectTo == nil {
      found.append(
        FacetProblem(
          path: ["redirectScheme"], code: "WEB0004", message: "redirectScheme goes with redirectTo only",
          fix: "write  scheme  in the route"))
    }
    for (index, route) in (model.routes ?? []).enumerated() {
      let path = ["routes", String(index)]
      if route.replaceKey != nil, route.replacePrefix != nil {
        found.append(
          FacetProblem(
            path: path + ["replacePrefix"], code: "WEB0005",
            message: "a route replaces the whole key or its prefix, not both", fix: "take one out"))
      }
      if route.leadsNowhere {
        found.append(
          FacetProblem(
            path: path, code: "WEB0006", message: "a route says nothing of where to go",
            fix: "write host, scheme, replaceKey, replacePrefix or status"))
      }
    }
    if let count = model.routes?.count, count > routeLimit {
      found.append(
        FacetProblem(
          path: ["routes"], code: "WEB0003", message: "\(count) routes; a bucket holds at most \(routeLimit)"))
    }
    return found
  }
}

/// A redirect of a website. An empty text is not the same as none (hashicorp/terraform-provider-aws#24198).
public struct WebsiteRoute: Modeled {
  public var prefix: String?
  public var errorCode: Int?
  public var host: String?
  public var scheme: Website.Scheme?
  public var replaceKey: String?
  public var replacePrefix: String?
  public var status: Int?

  public init() {}

  /// S3 refuses a redirect without a part that differs from the request.
  fileprivate var leadsNowhere: Bool {
    host == nil && scheme == nil && replaceKey == nil && replacePrefix == nil && status == nil
  }

  private static let key = Shape.string(TextRule(lengths: 0...1024))

  public static let schema = ObjectSchema<WebsiteRoute>(
    "WebsiteRoute", "A redirect.",
    [
      .init("prefix", \.prefix, shape: key, summary: "Only keys that begin so.", example: "old/"),
      .init(
        "errorCode", \.errorCode, shape: .integer(400...599), summary: "Only when this would be the answer.",
        example: "404"),
      .init("host", \.host, shape: key, summary: "Host to go to.", example: "www.acme.example"),
      .init("scheme", \.scheme, summary: "Protocol to go by.", example: "https"),
      .init(
        "replaceKey", \.replaceKey, shape: key, summary: "Key instead of the one that was asked for.",
        example: "moved.html"),
      .init(
        "replacePrefix", \.replacePrefix, shape: key, summary: "What stands in the place of the prefix.",
        example: "new/"),
      .init("status", \.status, shape: .integer(300...399), summary: "Status of the redirect.", example: "301"),
    ])
}
