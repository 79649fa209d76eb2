import CooperModel
import CooperProvider
import CooperSchema

/// `website`, of which Google has the index page and the one for what isn't found.
enum GCSWebsite: Facet {
  static let schema = Website.facet

  static func read(_ target: Target) -> any Procedure<Observed<Website>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      var found = Website()
      guard let website = try document.object("website", of: call) else { return nil }
      found.index = try website.text("mainPageSuffix", of: call)
      found.error = try website.text("notFoundPage", of: call)
      return found == Website() ? nil : found
    }
  }

  static func write(_ change: FacetChange<Website>, on target: Target) -> Effect {
    guard let website = change.after, website != Website() else { return BucketPatch(["website": .null]).effect() }
    func text(_ text: String?) -> Value { text.map { .string($0) } ?? .null }
    return BucketPatch(["website": ["mainPageSuffix": text(website.index), "notFoundPage": text(website.error)]])
      .effect()
  }
}
