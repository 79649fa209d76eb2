/// What became of a secret that a resource refers to, as far as fingerprints tell; the fingerprint is what to record.
public enum SecretStanding: Sendable, Hashable {
  /// The one that was recorded.
  case unchanged(String)
  /// Another one than was recorded.
  case changed(String)
  /// Nothing is recorded to compare with.
  case first(String)
  /// It can't be had here, for the reason given: neither changed nor unchanged.
  case unknown(String)

  /// What to record; nil when the secret could not be had.
  public var fingerprint: String? {
    switch self {
    case .unchanged(let text), .changed(let text), .first(let text): text
    case .unknown: nil
    }
  }
}

/// The standings of one resource's secrets by place, e.g. `login.password`.
public typealias SecretStandings = [String: SecretStanding]

extension SecretStandings {
  /// Those of one setting or facet.
  public func inside(_ part: String) -> SecretStandings {
    filter { $0.key == part || $0.key.hasPrefix(part + ".") }
  }

  /// True when one has no fingerprint in the state yet.
  var hasFirst: Bool { contains { if case .first = $0.value { true } else { false } } }

  /// Places whose secret is another than recorded, sorted.
  public var changedPlaces: [String] {
    compactMap { if case .changed = $0.value { $0.key } else { nil } }.sorted()
  }
}
