/// The order in which facets of one bucket are written: who owns it, what it keeps shut, what it does with data, then
/// the rest (provider-quirks section 2, public access block).
enum FacetRank {
  /// Before ownership is enforced, which S3 refuses over an ACL that grants others something (S3 User Guide,
  /// "Prerequisites for disabling ACLs").
  static let privateACL = 5
  static let ownership = 10
  static let tighterPublicAccess = 20
  static let encryption = 30
  static let versioning = 40
  /// Needs versions (S3 User Guide, "Configuring S3 Object Lock").
  static let objectLock = 45
  static let acl = 50
  static let policy = 60
  static let other = 70
  /// Late, so that a policy that is public today is replaced first.
  static let looserPublicAccess = 90
  /// After loosening, because a public policy or ACL is refused as long as it is blocked.
  static let publicPolicy = 95
  static let publicACL = 95
}
