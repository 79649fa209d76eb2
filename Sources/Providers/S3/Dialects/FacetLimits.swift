import CooperModel
import CooperSchema

/// Parts of lifecycle rules that a store lacks.
enum LifecyclePart {
  struct Lack {
    var field: String
    var because: String

    init(_ field: String, _ because: String) {
      self.field = field
      self.because = because
    }
  }

  static func problems(_ facet: String, _ value: Value, store: String, lacks: [Lack]) -> [FacetProblem] {
    guard facet == "lifecycle", let rules = value.map else { return [] }
    return rules.flatMap { rule in
      lacks.compactMap { lack -> FacetProblem? in
        guard let written = rule.value[lack.field], written != .null else { return nil }
        return FacetProblem(
          path: [rule.key, lack.field], code: "LIF0104",
          message: "\(store) can't do \(lack.field): \(lack.because)", fix: "take it out for this connection")
      }
    }
  }

  /// Storage classes other than the one that the store moves to.
  static func classes(_ facet: String, _ value: Value, store: String, only: String) -> [FacetProblem] {
    guard facet == "lifecycle", let rules = value.map else { return [] }
    return rules.flatMap { rule in
      (rule.value["transitions"]?.list ?? []).enumerated().compactMap { index, transition -> FacetProblem? in
        guard let name = transition["to"]?.string, name != only else { return nil }
        return FacetProblem(
          path: [rule.key, "transitions", String(index), "to"], code: "LIF0104",
          message: "\(store) moves objects to \(only) only, not to \(name)", fix: only)
      }
    }
  }
}

/// Ready-made ACLs that a store takes.
enum CannedACLs {
  static func problem(_ value: Value, store: String, takes: [String]) -> [FacetProblem] {
    guard let name = value.string, !takes.contains(name) else { return [] }
    let last = takes.count - 1
    let words = takes.enumerated().map { ($0.offset == 0 ? "" : $0.offset == last ? " or " : ", ") + $0.element }
      .joined()
    return [
      FacetProblem(
        path: [], code: "ACL0101", message: "a bucket on \(store) is \(words), not \(name)", fix: "private")
    ]
  }
}

/// Regions that stand in the name of an endpoint's host.
enum HostRegion {
  /// The part between `s3.` and the domain, e.g. `us-west-004` of `s3.us-west-004.backblazeb2.com`.
  static func behindS3(_ host: String, domain: String) -> String? {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    let end = domain.split(separator: ".")
    guard parts.count == end.count + 2, parts[0] == "s3", Array(parts.suffix(end.count)) == end, !parts[1].isEmpty
    else {
      return nil
    }
    return String(parts[1])
  }
}
