/// Something that stands in the way of a resource's deletion and isn't Cooper's, e.g. a key that somebody else made.
public struct Hold: Sendable, Hashable {
  /// What it is, by its name, e.g. `access key AKIA… was made by others`.
  public var words: String
  /// What to do so that it is none any more.
  public var fix: String
  /// Calls by which `removed: purge` takes it off; nil where somebody has to.
  public var purgedBy: [Call]?
  public var isPurged: Bool { purgedBy != nil }
  /// Who holds on to the resource, where that may be one of Cooper's own.
  public var holder: Holder?

  /// A resource at the provider that names the one which is to go.
  public struct Holder: Sendable, Hashable {
    public var section: String
    public var name: String
    /// As `PhysicalIdentity.scope`.
    public var scope: String?
    /// By which text its facets name it: a plan that takes this out of them ends the hold.
    public var mention: String

    public init(section: String, name: String, scope: String?, mention: String) {
      self.section = section
      self.name = name
      self.scope = scope
      self.mention = mention
    }
  }

  public init(_ words: String, fix: String, purgedBy: [Call]? = nil, holder: Holder? = nil) {
    self.words = words
    self.fix = fix
    self.purgedBy = purgedBy
    self.holder = holder
  }
}
