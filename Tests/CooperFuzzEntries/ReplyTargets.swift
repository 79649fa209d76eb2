internal import CooperModel
internal import CooperProvider
internal import CooperSchema
internal import CooperTestSupport
internal import S3Provider

extension FuzzTarget {
  /// Replies of S3: the first line is `FACET STATUS`, or `list` and `find` in the facet's place; the rest is the body.
  static let s3 = FuzzTarget(name: "s3") { bytes in
    let head = bytes.prefix { $0 != UInt8(ascii: "\n") }
    let words = String(decoding: head, as: UTF8.self).split(separator: " ")
    guard let subject = words.first, let kind = S3Provider().kinds.first else { return nil }
    let reply = Reply(
      status: words.dropFirst().first.flatMap { Int($0) } ?? 200, body: Array(bytes.dropFirst(head.count + 1)))
    switch subject {
    case "list": _ = ProcedureRun(kind.list(site)) { _ in reply }
    case "find": _ = ProcedureRun(kind.find(target)) { _ in reply }
    default: return kind.facet(String(subject)).flatMap { facetFinding($0, reply) }
    }
    return nil
  }

  private static let site = Site(
    connection: "c", type: "aws", endpoint: "https://s3", region: "eu-west-1", account: "111122223333")

  private static let target = Target(
    address: Address("buckets", "data"),
    identity: PhysicalIdentity(endpoint: "https://s3", account: "111122223333", name: "acme-data"),
    region: "eu-west-1", site: site)

  /// What was read is canonical and fits the facet's own model; it can be written.
  private static func facetFinding(_ facet: AnyFacet, _ reply: Reply) -> String? {
    guard case .present(let value) = ProcedureRun(facet.read(target), { _ in reply }).output else { return nil }
    do {
      guard try facet.canonical(value, target.site) == value else {
        return "\(facet.name): what is read isn't canonical"
      }
    } catch {
      return "\(facet.name): what is read doesn't fit its own model: \(error)"
    }
    let change = FacetChange<Value>(before: nil, after: value)
    _ = facet.risks(change, target)
    if let effect = try? facet.write(change, target), case .procedure(let procedure) = effect.content {
      _ = ProcedureRun(procedure) { _ in Reply(status: 200) }
    }
    return nil
  }
}
