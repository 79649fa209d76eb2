import CooperModel
import CooperProvider

/// Counts versions, delete markers included, and their bytes, until the limit is reached.
struct CountContents: Procedure {
  private let limit: Int
  private var pages: VersionPages
  private var contents = Contents(objects: 0, bytes: 0)

  init(_ target: Target, limit: Int) {
    self.limit = limit
    pages = VersionPages(target)
  }

  mutating func next(_ reply: Reply?) -> Step<Contents> {
    guard let reply else { return .call(pages.call) }
    do throws(CallFailure) {
      guard let page = try pages.read(reply) else { return .call(pages.call) }
      contents.objects += page.count
      contents.bytes += page.reduce(0) { $0 + $1.size }
      if pages.isAtEnd { return .done(contents) }
      if contents.objects >= limit {
        contents.complete = false
        return .done(contents)
      }
      return .call(pages.call)
    } catch {
      return .failed(error)
    }
  }
}
