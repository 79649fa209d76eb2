/// The order in which facets of one bucket are written: who owns it, what it keeps shut, what it does with data, then
/// the rest (provider-quirks section 2, public access block).
enum FacetRank {
  static let ownership = 10
  static let tighterPublicAccess = 20
  static let encryption = 30
  static let versioning = 40
  static let policy = 60
  static let other = 70
  /// Late, so that a policy that is public today is replaced first.
  static let looserPublicAccess = 90
  /// After loosening, because a public policy is refused as long as it is blocked.
  static let publicPolicy = 95
}
