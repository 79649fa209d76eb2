/// The order in which a bucket is written: its document in one PATCH, and then its rights, which may need what that
/// PATCH switches on (conditions need uniform access) or lets through (members of the public).
enum FacetRank {
  static let document = 10
  static let rights = 50
}
