import CooperModel
import CooperProvider
import CooperSchema

/// All buckets of the project, page by page (Cloud Storage JSON API, Buckets: list).
struct ListBuckets: Procedure {
  /// The largest page (Buckets: list, maxResults).
  static let pageSize = 1000

  private let site: Site
  private var found: [Listed] = []
  private var token: String?

  init(_ site: Site) { self.site = site }

  private var call: Call {
    var query = [
      QueryItem("project", site.project), QueryItem("maxResults", String(Self.pageSize)),
      QueryItem("projection", "noAcl"), QueryItem("fields", "kind,nextPageToken,items(name,location)"),
    ]
    if let token { query.append(QueryItem("pageToken", token)) }
    return .project(.get, site, path: ["b"], query: query, needs: "storage.buckets.list")
  }

  mutating func next(_ reply: Reply?) -> Step<[Listed]> {
    let call = call
    guard let reply else { return .call(call) }
    do throws(CallFailure) {
      let page = try reply.document("storage#buckets", to: call)
      for bucket in page["items"]?.list ?? [] {
        guard let name = bucket["name"]?.string, !name.isEmpty else { continue }
        found.append(Listed(name: name, region: bucket["location"]?.string.map(Location.canonical)))
      }
      let following = try page.text("nextPageToken", of: call).flatMap { $0.isEmpty ? nil : $0 }
      guard let following, following != token else { return .done(found) }
      token = following
      return .call(self.call)
    } catch {
      return .failed(error)
    }
  }
}
