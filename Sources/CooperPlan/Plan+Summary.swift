internal import CooperDiagnostics
internal import CooperModel

/// Counts that renderers and exit codes share.
public struct PlanSummary: Sendable, Hashable {
  public var create = 0
  public var update = 0
  public var replace = 0
  public var delete = 0
  public var adopt = 0
  public var release = 0
  public var forget = 0
  public var move = 0
  public var unchanged = 0
  public var blocked = 0
  public var unsupported = 0
}

extension Plan {
  public var summary: PlanSummary {
    var summary = PlanSummary()
    for change in changes {
      switch change.action {
      case .create: summary.create += 1
      case .update: summary.update += 1
      case .replace: summary.replace += 1
      case .delete: summary.delete += 1
      case .adopt: summary.adopt += 1
      case .release: summary.release += 1
      case .forget: summary.forget += 1
      case .move: summary.move += 1
      }
    }
    summary.unchanged = unchanged
    summary.blocked = blocked.count
    summary.unsupported = unsupported.count
    return summary
  }

  public var isEmpty: Bool { changes.isEmpty && blocked.isEmpty && unsupported.isEmpty }

  /// True when every pending change only answers drift.
  public var isDriftOnly: Bool {
    !changes.isEmpty && blocked.isEmpty && unsupported.isEmpty
      && changes.allSatisfy { change in
        change.action == .create
          ? change.reasons.contains(.vanished)
          : change.action == .update && change.facets.allSatisfy { $0.reason == .drifted || $0.action == .record }
      }
  }

  /// Errors that stopped planning of some address.
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
