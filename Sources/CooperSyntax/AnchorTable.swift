internal import CooperDiagnostics

/// The anchors of one document and how much their aliases have produced.
struct AnchorTable {
  /// A complete node with the number of nodes in it and its levels of nesting.
  struct Anchored {
    let node: SyntaxNode
    let weight: Int
    let height: Int
  }

  /// An anchor whose node is still being read.
  struct Pending {
    let name: String
    fileprivate let serial: Int
  }

  enum Resolution {
    case none
    /// The alias stands inside the node that it names.
    case open
    case complete(Anchored)
  }

  /// The number of nodes that aliases stand for so far.
  var expanded = 0
  private var states: [String: State] = [:]
  private var serial = 0

  private enum State {
    case open(serial: Int)
    case complete(Anchored)
  }

  mutating func open(_ name: String) -> Pending {
    serial += 1
    states[name] = .open(serial: serial)
    return Pending(name: name, serial: serial)
  }

  /// Completes an anchor unless a later one of the same name has taken its place meanwhile.
  mutating func close(_ pending: Pending, _ anchored: Anchored) {
    if case .open(pending.serial) = states[pending.name] { states[pending.name] = .complete(anchored) }
  }

  mutating func define(_ name: String, _ anchored: Anchored) { states[name] = .complete(anchored) }

  func resolve(_ name: String) -> Resolution {
    switch states[name] {
    case nil: .none
    case .open: .open
    case .complete(let anchored): .complete(anchored)
    }
  }

  /// The names to suggest, in a stable order; none where there are so many that comparing them takes time.
  var nearNames: [String] { states.count <= 1000 ? states.keys.sorted() : [] }
}
