/// A value behind one reference: handing it on costs one count, whatever it holds.
///
/// Its properties are read and written as if they were its own. A write makes a new box, so a value with many properties is
/// built first and then put in.
@dynamicMemberLookup
public struct Indirect<Whole: Sendable>: Sendable {
  @usableFromInline
  final class Box: Sendable {
    @usableFromInline let whole: Whole

    @usableFromInline
    init(_ whole: Whole) { self.whole = whole }
  }

  @usableFromInline var box: Box

  @inlinable
  public init(_ whole: Whole) { box = Box(whole) }

  /// All of it.
  @inlinable public var whole: Whole {
    get { box.whole }
    set { box = Box(newValue) }
  }

  @inlinable
  public subscript<Part>(dynamicMember path: KeyPath<Whole, Part>) -> Part { box.whole[keyPath: path] }

  @inlinable
  public subscript<Part>(dynamicMember path: WritableKeyPath<Whole, Part>) -> Part {
    get { box.whole[keyPath: path] }
    set {
      var whole = box.whole
      whole[keyPath: path] = newValue
      box = Box(whole)
    }
  }
}

extension Indirect: Equatable where Whole: Equatable {
  public static func == (one: Self, other: Self) -> Bool { one.box === other.box || one.whole == other.whole }
}

extension Indirect: Hashable where Whole: Hashable {
  public func hash(into hasher: inout Hasher) { whole.hash(into: &hasher) }
}
