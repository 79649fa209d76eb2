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
      model.index = root.child("IndexDocument")?.text("Suffix")
      model.error = root.child("ErrorDocument")?.text("Key")
      if let all = root.child("RedirectAllRequestsTo") {
        model.redirectTo = all.text("HostName")
        model.redirectScheme = try fields.word(all, "Protocol") { Website.Scheme(rawValue: $0.lowercased()) }
      }
      var routes: [WebsiteRoute] = []
      for element in root.child("RoutingRules")?.children("RoutingRule") ?? [] {
        routes.append(try route(element, fields))
      }
      model.routes = routes.isEmpty ? nil : routes
      return model
    }
  }

  /// An empty element stays an empty text: it replaces a prefix by nothing, which is not the same as not replacing it
  /// (hashicorp/terraform-provider-aws#24198).
  private static func route(_ element: XMLElement, _ fields: FieldReader) throws(CallFailure) -> WebsiteRoute {
    var route = WebsiteRoute()
    if let condition = element.child("Condition") {
      route.prefix = condition.text("KeyPrefixEquals")
      route.errorCode = try fields.integer(condition, "HttpErrorCodeReturnedEquals").map { Int($0) }
    }
    if let redirect = element.child("Redirect") {
      route.host = redirect.text("HostName")
      route.scheme = try fields.word(redirect, "Protocol") { Website.Scheme(rawValue: $0.lowercased()) }
      route.replaceKey = redirect.text("ReplaceKeyWith")
      route.replacePrefix = redirect.text("ReplaceKeyPrefixWith")
      route.status = try fields.integer(redirect, "HttpRedirectCode").map { Int($0) }
    }
    return route
  }

  static func canonical(_ model: Website, on site: Site) -> Website {
    var model = model
    if model.routes?.isEmpty == true { model.routes = nil }
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
