internal import CooperModel
internal import CooperSchema

extension Configuration {
  func canonicalDigest() -> String { "" }
}
