public import CooperState

extension StoredState {
  /// What is recorded when the events of an interrupted run are counted in; nil when there is no state yet.
  public var folded: StateSnapshot? { snapshot.map { StateSnapshot.fold($0, journal) } }
}
