import CooperModel
import CooperProvider

/// `?website` (S3 API Reference, PutBucketWebsite).
enum S3Website: Facet {
  static let schema = Website.facet

  static let sub = SubResource(
    name: "website", document: .xml(root: "WebsiteConfiguration"), absentCodes: ["NoSuchWebsiteConfiguration"],
    readAction: "s3:GetBucketWebsite", writeAction: "s3:PutBucketWebsite", clearAction: "s3:DeleteBucketWebsite")

  static func read(_ target: Target) -> any Procedure<Observed<Website>> {
    sub.read(target) { (root, fields) throws(CallFailure) in
      var model = Website()
      model.index = root.child("IndexDocument")?.filled("Suffix")
      model.error = root.child("ErrorDocument")?.filled("Key")
      if let all = root.child("RedirectAllRequestsTo") {
        model.redirectTo = all.filled("HostName")
        model.redirectScheme = try scheme(all, fields)
      }
      var routes: [WebsiteRoute] = []
      for element in root.child("RoutingRules")?.children("RoutingRule") ?? [] {
        routes.append(try route(element, fields))
      }
      model.routes = routes.isEmpty ? nil : routes
      return model
    }
  }

  /// An empty ReplaceKeyPrefixWith stays an empty text: it replaces a prefix by nothing, which is not the same as not
  /// replacing it (hashicorp/terraform-provider-aws#24198). All else can't be empty, so an empty one is none; and beside an
  /// empty ReplaceKeyWith, with which it can't be written, an empty prefix is one that the store made up.
  private static func route(_ element: XMLElement, _ fields: FieldReader) throws(CallFailure) -> WebsiteRoute {
    var route = WebsiteRoute()
    if let condition = element.child("Condition") {
      route.prefix = condition.filled("KeyPrefixEquals")
      if condition.filled("HttpErrorCodeReturnedEquals") != nil {
        route.errorCode = try fields.integer(condition, "HttpErrorCodeReturnedEquals").map { Int($0) }
      }
    }
    if let redirect = element.child("Redirect") {
      route.host = redirect.filled("HostName")
      route.scheme = try scheme(redirect, fields)
      route.replaceKey = redirect.filled("ReplaceKeyWith")
      route.replacePrefix = redirect.text("ReplaceKeyPrefixWith")
      if route.replacePrefix == "", redirect.child("ReplaceKeyWith") != nil { route.replacePrefix = nil }
      if redirect.filled("HttpRedirectCode") != nil {
        route.status = try fields.integer(redirect, "HttpRedirectCode").map { Int($0) }
      }
    }
    return route
  }

  private static func scheme(_ element: XMLElement, _ fields: FieldReader) throws(CallFailure) -> Website.Scheme? {
    guard element.filled("Protocol") != nil else { return nil }
    return try fields.word(element, "Protocol") { Website.Scheme(rawValue: $0.lowercased()) }
  }

  static func canonical(_ model: Website, on site: Site) -> Website {
    var model = model
    if model.routes?.isEmpty == true { model.routes = nil }
    // Of these an empty text says nothing.
    model.routes = model.routes?.map { route in
      var route = route
      if route.prefix == "" { route.prefix = nil }
      if route.host == "" { route.host = nil }
      if route.replaceKey == "" { route.replaceKey = nil }
      return route
    }
    return model
  }

  static func write(_ change: FacetChange<Website>, on target: Target) throws(CallFailure) -> Effect {
    guard let after = change.after, after != Website() else {
      return Effect(rank: FacetRank.other, .procedure(sub.clear(target)))
    }
    return Effect(
      rank: FacetRank.other, .procedure(sub.write(target, isKnown: change.before != nil, body(after))))
  }

  private static func body(_ model: Website) -> [UInt8] {
    XMLWriter.document("WebsiteConfiguration") {
      if let index = model.index { $0.element("IndexDocument") { $0.element("Suffix", index) } }
      if let error = model.error { $0.element("ErrorDocument") { $0.element("Key", error) } }
      if let host = model.redirectTo {
        $0.element("RedirectAllRequestsTo") {
          $0.element("HostName", host)
          if let scheme = model.redirectScheme { $0.element("Protocol", scheme.rawValue) }
        }
      }
      if let routes = model.routes { $0.element("RoutingRules") { for route in routes { write(route, &$0) } } }
    }
  }

  private static func write(_ route: WebsiteRoute, _ writer: inout XMLWriter) {
    writer.element("RoutingRule") {
      if route.prefix != nil || route.errorCode != nil {
        $0.element("Condition") {
          if let prefix = route.prefix { $0.element("KeyPrefixEquals", prefix) }
          if let code = route.errorCode { $0.element("HttpErrorCodeReturnedEquals", code) }
        }
      }
      $0.element("Redirect") {
        if let scheme = route.scheme { $0.element("Protocol", scheme.rawValue) }
        if let host = route.host { $0.element("HostName", host) }
        if let prefix = route.replacePrefix { $0.element("ReplaceKeyPrefixWith", prefix) }
        if let key = route.replaceKey { $0.element("ReplaceKeyWith", key) }
        if let status = route.status { $0.element("HttpRedirectCode", status) }
      }
    }
  }
}

extension XMLElement {
  /// The text of a child that has one.
  fileprivate func filled(_ name: StaticString) -> String? { text(name).flatMap { $0.isEmpty ? nil : $0 } }
}
