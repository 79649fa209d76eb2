public import CooperSchema
public import Synchronization

/// Changes of one facet as its codec takes them; the last one is kept, because a plan asks for risks and write of each
/// change in turn, and many resources make the same change.
@usableFromInline
final class TypedChanges<Model: SchemaValue>: Sendable {
  @usableFromInline let last = Mutex<(change: FacetChange<Value>, typed: FacetChange<Model>)?>(nil)

  @inlinable
  init() {}

  @inlinable
  func typed(_ change: FacetChange<Value>) throws(SchemaMismatch) -> FacetChange<Model> {
    if let known = last.withLock({ $0?.change == change ? $0?.typed : nil }) { return known }
    var typed = FacetChange<Model>(before: nil, after: nil)
    if let before = change.before { typed.before = try Model(value: before) }
    if let after = change.after { typed.after = try Model(value: after) }
    let made = typed
    last.withLock { $0 = (change, made) }
    return made
  }
}
