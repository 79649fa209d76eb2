import CooperModel
import CooperProvider

/// All buckets of the account, page by page, with regions where the store gives them (S3 API Reference, ListBuckets).
struct ListBuckets: Procedure {
  /// AWS pages, and tells regions, only when asked with a limit; 10,000 is its largest.
  static let pageSize = 10_000

  private let site: Site
  private var found: [Listed] = []
  private var token: String?

  init(_ site: Site) { self.site = site }

  private var call: Call {
    var query: [QueryItem] = []
    if site.type == "aws" { query.append(QueryItem("max-buckets", String(Self.pageSize))) }
    if let token { query.append(QueryItem("continuation-token", token)) }
    return Call(.get, service: "s3", query: query, permissions: [Permission("s3:ListAllMyBuckets", on: "*")])
  }

  mutating func next(_ reply: Reply?) -> Step<[Listed]> {
    let call = call
    guard let reply else { return .call(call) }
    do throws(CallFailure) {
      guard let root = try S3XML.document(reply, root: "ListAllMyBucketsResult", to: call) else { return .done(found) }
      for bucket in root.child("Buckets")?.children("Bucket") ?? [] {
        guard let name = bucket.text("Name"), !name.isEmpty else { continue }
        found.append(Listed(name: name, region: bucket.text("BucketRegion").flatMap { $0.isEmpty ? nil : $0 }))
      }
      let following = root.text("ContinuationToken").flatMap { $0.isEmpty ? nil : $0 }
      guard let following, following != token else { return .done(found) }
      token = following
      return .call(self.call)
    } catch {
      return .failed(error)
    }
  }
}
