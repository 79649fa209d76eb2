internal import CooperModel
internal import CooperPlan
internal import CooperProvider

/// What is said about a plan, in order, before any sink gives it a form.
struct PlanOutline {
  /// Project and environment.
  var title: String
  /// State serial, what was observed, the name of the plan.
  var facts: [String]
  /// What an interrupted run left open, a line each.
  var interrupted: [String] = []
  /// Blocked first, then changes, drift that no change answers, and what can't be held.
  var entries: [OutlineEntry] = []
  var findings: [PlanDiagnostic] = []
  var calls: [OutlineCalls] = []
  /// E.g. `1 update (1 drift, 1 edit)`.
  var counts: [OutlineCount] = []
  /// E.g. `1 widens access`.
  var risks: [String] = []
  var writes = 0
  /// What apply would do, or that there is nothing to do.
  var closing: [String] = []
}

/// What an entry means to a reader; sinks choose colours by it.
enum Tone: String {
  case danger, removal, creation, update, neutral
}

struct OutlineCount {
  var text: String
  var tone: Tone
}

struct OutlineCalls {
  var address: Address
  var calls: [PlannedCall]
}

/// One address with all that is said about it.
struct OutlineEntry {
  enum Group { case blocked, change, drift, unsupported }

  var group: Group
  var action: Action?
  var address: Address
  /// `!`, `~`, `+`, `-`, `o`, `=`, `>`, `x`.
  var mark: String
  var verb: String
  /// The address, and facets that stand in the heading.
  var subject: String
  /// Words before the place, e.g. `removed; was`.
  var aside = ""
  var origin: Origin?
  var tone: Tone
  var lines: [String] = []
  /// Lines to write into the YAML.
  var consents: [String] = []
  var facets: [FacetBlock] = []
  /// Facets of which only the names are said.
  var names: [String] = []
  var risks: [Risk] = []

  /// True for what a reviewer must not miss: blocked, destroyed, opened to others.
  var isDangerous: Bool {
    group == .blocked || action == .delete || action == .replace
      || risks.contains { $0.kind != .irreversible && $0.kind != .overwrites }
  }
}

/// One facet of an entry.
struct FacetBlock {
  var name: String
  /// `DRIFT`, `EDITED`, `NEW`, `CLEARED`, `RELEASED`.
  var label: String
  var note: String
  var rows: [ValueRow]
  /// What to write to have it otherwise.
  var closing: String?
}

/// One line of a difference, or of a value.
struct ValueRow: Equatable {
  enum Sign: String {
    case removed = "-"
    case added = "+"
    case changed = "~"
    case none = " "
  }

  /// The part of the facet, e.g. `rule 1 origins`.
  var label: String
  var sign: Sign
  var text: String
  var note = ""
  /// True for a count of what did not change.
  var isCount = false
}
