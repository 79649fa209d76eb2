// CooperSyntax turns the bytes of a YAML file into nodes with places, under limits. Nothing here knows what a key means;
// text stays text until a schema reads it. libyaml is imported here and nowhere else.

public import CooperDiagnostics

/// A YAML node with its place; aliases and merge keys are already resolved.
///
/// The range of an alias is the alias itself; what lies inside it, and merged entries, keep the range where they were
/// written. A block collection ends where its last element ends.
public struct SyntaxNode: Sendable, Hashable {
  public var content: Content
  public var range: SourceRange

  public init(_ content: Content, _ range: SourceRange) {
    self.content = content
    self.range = range
  }

  public enum Content: Sendable, Hashable {
    case scalar(Scalar)
    case sequence([SyntaxNode])
    case mapping([Entry])
    /// A key with nothing behind it (`cors:`); an explicit `null` or `~` is a scalar.
    case missing
  }

  /// The text as written, so that `no` and `1.10` stay text where the schema says text.
  public struct Scalar: Sendable, Hashable {
    public var text: String
    public var style: Style
    /// A written core tag in its short form, such as `!!str`.
    public var tag: String?

    public init(_ text: String, style: Style = .plain, tag: String? = nil) {
      self.text = text
      self.style = style
      self.tag = tag
    }

    public enum Style: Sendable, Hashable { case plain, singleQuoted, doubleQuoted, literal, folded }

    /// True for a written `null` or `~` (YAML 1.2 core schema, section 10.3.2).
    public var isNull: Bool {
      style == .plain && (text == "null" || text == "~" || text == "Null" || text == "NULL")
    }
  }

  public struct Entry: Sendable, Hashable {
    public var key: String
    public var keyRange: SourceRange
    public var value: SyntaxNode

    public init(key: String, keyRange: SourceRange, value: SyntaxNode) {
      self.key = key
      self.keyRange = keyRange
      self.value = value
    }
  }

  public var scalar: Scalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }
  public var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }
  public var elements: [SyntaxNode]? {
    if case .sequence(let elements) = content { elements } else { nil }
  }
  public var isNull: Bool { scalar?.isNull ?? false }

  /// The entry under a key of a mapping.
  public subscript(key: String) -> Entry? { entries?.first { $0.key == key } }
}
