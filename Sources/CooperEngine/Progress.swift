public import CooperModel
public import CooperPlan
public import CooperProvider

/// What happened during an apply, as it happens; renderers turn it into lines or JSON.
public enum ExecutionEvent: Sendable {
  case started(Change, index: Int, of: Int)
  case facetWritten(Address, String)
  case finished(Change, seconds: Double)
  case failed(Change, ExecutionFailure)
  /// Not begun, because its connection is unusable or the run was stopped.
  case skipped(Change, why: String)
  case retried(Call, CallFailure, after: Duration)
}

/// Why one change could not be finished; the others went on.
public struct ExecutionFailure: Error, Sendable, Hashable {
  public var facet: String?
  public var failure: CallFailure

  public init(_ failure: CallFailure, facet: String? = nil) {
    self.failure = failure
    self.facet = facet
  }
}

/// What an apply did.
public struct ExecutionReport: Sendable {
  public var finished: [Change] = []
  public var failed: [(Change, ExecutionFailure)] = []
  public var skipped: [Change] = []
  public var wasStopped = false

  public init() {}
}
