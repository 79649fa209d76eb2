public import CooperDiagnostics
public import CooperSyntax

/// How strictly a node is checked.
public struct CheckOptions: Sendable {
  /// Whether objects may hold `x-…` keys, which are skipped.
  public var allowsExtensionKeys: Bool
  /// Whether required fields may be absent, as in a profile or overlay.
  public var isPartial: Bool
  /// Whether a written `null` is kept as `Value.null`, so that it can opt out of what a profile gives.
  public var keepsNulls: Bool
  /// How deep a value may be.
  public var depth: Int
  /// Names the output a text stands for when its value is born in apply; nil for every other text.
  public var knownAfterApply: (@Sendable (String) -> String?)?
  /// The secret output a text stands for; it may stand where a secret is expected and nowhere else.
  public var secretOutput: (@Sendable (String) -> SecretOutput?)?

  /// A secret of another resource: its name, and the reference to it, or that it is known after apply.
  public struct SecretOutput: Sendable {
    public var name: String
    public var value: Value

    public init(name: String, value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// Better words for the two meanings of an empty key right in the checked object, by key.
  public var emptyKeys: [String: EmptyKeyWords]

  /// What an empty value and a null would do, e.g. "to delete the rules on the bucket" and
  /// "to leave them alone (profile \"web\", profiles.yaml:22)".
  public struct EmptyKeyWords: Sendable {
    public var cleared: String
    public var left: String

    public init(cleared: String = "to clear it", left: String = "to leave it alone") {
      self.cleared = cleared
      self.left = left
    }
  }

  public init(
    allowsExtensionKeys: Bool = false, isPartial: Bool = false, keepsNulls: Bool = false, depth: Int = 64,
    emptyKeys: [String: EmptyKeyWords] = [:], knownAfterApply: (@Sendable (String) -> String?)? = nil,
    secretOutput: (@Sendable (String) -> SecretOutput?)? = nil
  ) {
    self.allowsExtensionKeys = allowsExtensionKeys
    self.isPartial = isPartial
    self.keepsNulls = keepsNulls
    self.depth = depth
    self.emptyKeys = emptyKeys
    self.knownAfterApply = knownAfterApply
    self.secretOutput = secretOutput
  }
}

/// Turns a node into the value its shape describes, and reports every problem on the way, in source order.
///
/// The value leaves out what was wrong, and is nil when the node itself was. A written `null` is absence. Durations,
/// sizes and instants come out in canonical text; text where the shape says text stays as written.
public func check(
  _ node: SyntaxNode, against shape: Shape, named name: String, key: SourceRange? = nil,
  options: CheckOptions = CheckOptions()
) -> Diagnosed<Value> {
  var check = Check(options: options)
  let value = check.value(node, shape, Spot(place: .named(name), key: name, keyRange: key))
  return Diagnosed(value, check.finish())
}

/// Where a node stands; words are made only when there is something to say.
struct Spot {
  indirect enum Place {
    case named(String)
    case entry(Int, of: Place)
    case key(String, in: Place)

    var words: String {
      switch self {
      case .named(let name): "\"\(name)\""
      case .entry(let index, let list): "entry \(index + 1) of " + list.words
      case .key(let key, let map): "the key \"\(key)\" in " + map.words
      }
    }
  }

  var place: Place
  /// The key to write in a fix; nil for an entry of a list.
  var key: String?
  var keyRange: SourceRange?
  /// True where the text must not be repeated.
  var isSensitive = false
  var depth = 0

  /// As it is called in messages, e.g. `"maxAge"` or `entry 2 of "methods"`.
  var label: String { place.words }

  func field(_ entry: SyntaxNode.Entry, sensitive: Bool = false) -> Spot {
    Spot(
      place: .named(entry.key), key: entry.key, keyRange: entry.keyRange, isSensitive: isSensitive || sensitive,
      depth: depth + 1)
  }

  func entry(_ index: Int) -> Spot {
    Spot(place: .entry(index, of: place), key: nil, keyRange: nil, isSensitive: isSensitive, depth: depth + 1)
  }
}

/// One walk over a node along a shape.
struct Check {
  let options: CheckOptions
  private var diagnostics: [Diagnostic] = []
  /// Where plain text stands that should have been a reference; no line of these is ever printed.
  private var secretRanges: [SourceRange] = []

  init(options: CheckOptions) { self.options = options }

  mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  mutating func hide(_ range: SourceRange) { secretRanges.append(range) }

  /// All problems in source order; those that share a line with a plain secret hide their source.
  func finish() -> [Diagnostic] {
    var found = diagnostics
    for index in found.indices {
      let ranges = [found[index].range].compactMap { $0 } + found[index].notes.compactMap(\.range)
      if ranges.contains(where: { range in secretRanges.contains { $0.sharesLine(with: range) } }) {
        found[index].hidesSource = true
      }
    }
    return found.enumerated().sorted { a, b in
      switch (a.element.range, b.element.range) {
      case (let first?, let second?) where first.start != second.start || first.source != second.source: first < second
      default: a.offset < b.offset
      }
    }.map(\.element)
  }

  mutating func value(_ node: SyntaxNode, _ shape: Shape, _ spot: Spot) -> Value? {
    guard spot.depth <= options.depth else {
      report(.tooDeep(spot, options.depth, node.range))
      return nil
    }
    if case .missing = node.content {
      let words = spot.depth == 1 ? spot.key.flatMap { options.emptyKeys[$0] } : nil
      report(.emptyKey(spot, shape, node.range, words ?? CheckOptions.EmptyKeyWords()))
      return nil
    }
    if let name = node.scalar.flatMap({ options.knownAfterApply?($0.text) }) { return .unknown(name) }
    if let found = node.scalar.flatMap({ options.secretOutput?($0.text) }) {
      return secretOutput(found, node, shape, spot)
    }
    switch shape {
    case .secret: return secret(node, spot)
    case .document: return document(node, shape, spot)
    case .anything: return free(node, spot)
    case .either(let scalar, let long): return either(node, scalar, long, shape, spot)
    case .list(let element): return list(node, element, shape, spot)
    case .set(let element, let identity): return set(node, element, identity, shape, spot)
    case .map(let element, let keys): return map(node, element, keys, shape, spot)
    case .object(let object): return self.object(node, object, spot)
    default: return scalar(node, shape, spot)
    }
  }
}

extension Check {
  /// A secret of another resource: legal where a reference to a secret is, and nowhere else.
  private mutating func secretOutput(
    _ output: CheckOptions.SecretOutput, _ node: SyntaxNode, _ shape: Shape, _ spot: Spot
  ) -> Value? {
    if case .secret = shape { return output.value }
    report(.secretInPlainField(output.name, spot, node.range))
    return nil
  }
}

extension SourceRange {
  fileprivate func sharesLine(with other: SourceRange) -> Bool {
    source == other.source && start.line <= other.end.line && other.start.line <= end.line
  }
}

extension Diagnostic {
  static func secretInPlainField(_ name: String, _ spot: Spot, _ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .secretInPlainField, .error, "$(\(name)) is a secret, and \(spot.label) is no field for secrets", at: range,
      notes: [Note("a secret output may only be the whole of a field that takes a reference to a secret")])
  }

  static func tooDeep(_ spot: Spot, _ limit: Int, _ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .tooDeep, .error, "\(spot.label) stands more than \(limit) levels deep", at: range, hidesSource: spot.isSensitive)
  }

  /// A key with nothing behind it: says how to write each of the things that it could mean.
  static func emptyKey(
    _ spot: Spot, _ shape: Shape, _ range: SourceRange, _ words: CheckOptions.EmptyKeyWords
  ) -> Diagnostic {
    let place = spot.keyRange ?? range
    guard let key = spot.key, let empty = shape.emptyText else {
      var diagnostic = Diagnostic(
        .emptyKey, .error, "\(spot.label) has no value", at: place, hidesSource: spot.isSensitive)
      diagnostic.notes = [Note("\(shape.expectation) is missing here")]
      return diagnostic
    }
    let width = key.count + 6
    let cleared = "\(key): \(empty)".padded(to: width)
    let left = "\(key): null".padded(to: width)
    return Diagnostic(
      .emptyKey, .error, "\(spot.label) has no value", at: place,
      notes: [Note("cleared, or not managed? An empty key could mean either.")],
      fix: ["write  \(cleared)   \(words.cleared)", "write  \(left)   \(words.left)"], hidesSource: spot.isSensitive)
  }
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
