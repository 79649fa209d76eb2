/// What a drawing of a project shows: boxes in groups and arrows between them, in a fixed order.
public struct Drawing: Sendable {
  /// How a box stands out.
  public enum Mark: String, Sendable, CaseIterable {
    case plain
    /// Referred to, never made or deleted.
    case existing
    /// A connection that nothing is on.
    case unused
    /// What a plan does to it.
    case create, update, delete, blocked
    /// The address that the drawing is about.
    case focus

    /// Fill and border, both `#rrggbb`.
    var colours: (fill: String, border: String) {
      switch self {
      case .plain: ("#ffffff", "#57606a")
      case .existing: ("#f6f8fa", "#8c959f")
      case .unused: ("#f6f8fa", "#d0d7de")
      case .create: ("#dafbe1", "#1a7f37")
      case .update: ("#fff8c5", "#9a6700")
      case .delete: ("#ffebe9", "#cf222e")
      case .blocked: ("#ffd8b5", "#bc4c00")
      case .focus: ("#ddf4ff", "#0969da")
      }
    }
  }

  public struct Box: Sendable, Hashable {
    /// Unique over the drawing, e.g. an address.
    public var key: String
    /// Shown, a line each.
    public var lines: [String]
    public var mark: Mark
    /// The key of its group; nil stands outside of all.
    public var group: String?

    public init(key: String, lines: [String], mark: Mark = .plain, group: String? = nil) {
      self.key = key
      self.lines = lines
      self.mark = mark
      self.group = group
    }
  }

  public struct Group: Sendable, Hashable {
    public var key: String
    public var title: String

    public init(key: String, title: String) {
      self.key = key
      self.title = title
    }
  }

  public struct Arrow: Sendable, Hashable {
    public var from: String
    public var to: String
    public var label: String
    /// The value is born in apply.
    public var isDashed: Bool

    public init(from: String, to: String, label: String, isDashed: Bool = false) {
      self.from = from
      self.to = to
      self.label = label
      self.isDashed = isDashed
    }
  }

  public var title: String
  /// Sorted by key.
  public var groups: [Group]
  /// Sorted by key.
  public var boxes: [Box]
  /// Sorted by ends and label, each once.
  public var arrows: [Arrow]

  public init(title: String, groups: [Group], boxes: [Box], arrows: [Arrow]) {
    self.title = title
    self.groups = groups.sorted { $0.key < $1.key }
    self.boxes = boxes.sorted { $0.key < $1.key }
    let known = Set(boxes.map(\.key))
    self.arrows = Set(arrows.filter { known.contains($0.from) && known.contains($0.to) }).sorted {
      ($0.from, $0.to, $0.label, $0.isDashed ? 1 : 0) < ($1.from, $1.to, $1.label, $1.isDashed ? 1 : 0)
    }
  }

  /// Only a box with what it needs and what needs it, over any number of arrows.
  public func focused(on key: String) -> Drawing {
    func reached(_ step: (Arrow) -> (String, String)) -> Set<String> {
      var next: [String: [String]] = [:]
      for arrow in arrows { next[step(arrow).0, default: []].append(step(arrow).1) }
      var found: Set<String> = [key]
      var open = [key]
      while let current = open.popLast() {
        for other in next[current] ?? [] where found.insert(other).inserted { open.append(other) }
      }
      return found
    }
    let kept = reached { ($0.from, $0.to) }.union(reached { ($0.to, $0.from) })
    var boxes = boxes.filter { kept.contains($0.key) }
    for index in boxes.indices where boxes[index].key == key && boxes[index].mark == .plain {
      boxes[index].mark = .focus
    }
    let used = Set(boxes.compactMap(\.group))
    return Drawing(title: title, groups: groups.filter { used.contains($0.key) }, boxes: boxes, arrows: arrows)
  }

  func boxes(in group: String?) -> [(number: Int, box: Box)] {
    boxes.enumerated().filter { $0.element.group == group }.map { ($0.offset, $0.element) }
  }

  var numbers: [String: Int] {
    Dictionary(boxes.enumerated().map { ($0.element.key, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  var marks: [Mark] { Mark.allCases.filter { mark in boxes.contains { $0.mark == mark } } }
}
