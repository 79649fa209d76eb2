import CooperModel
import CooperProvider
import CooperSchema

/// An IAM policy as it came, of which only members of bindings are changed: whatever else it holds stays.
struct IAMPolicy: Sendable, Hashable {
  var document: ValueMap

  mutating func add(_ wanted: IAMBinding) {
    var bindings = document.given("bindings")?.list ?? []
    if let index = bindings.firstIndex(where: { Self.isSame($0, wanted) }) {
      let members = Self.members(bindings[index])
      guard !wanted.members.allSatisfy(members.contains) else { return }
      bindings[index] = Self.binding(bindings[index], with: members + wanted.members.filter { !members.contains($0) })
    } else {
      bindings.append(wanted.value)
    }
    document["bindings"] = .list(bindings)
  }

  mutating func remove(_ unwanted: IAMBinding) {
    let bindings = document.given("bindings")?.list ?? []
    document["bindings"] = .list(
      bindings.compactMap { binding in
        guard Self.isSame(binding, unwanted) else { return binding }
        let members = Self.members(binding).filter { !unwanted.members.contains($0) }
        return members.isEmpty ? nil : Self.binding(binding, with: members)
      })
  }

  /// Version 3 wherever there is a condition: the service refuses it in an earlier one.
  mutating func setVersion() {
    let hasCondition = (document["bindings"]?.list ?? []).contains { $0["condition"].map { $0 != .null } ?? false }
    if hasCondition { document["version"] = 3 }
  }

  private static func members(_ binding: Value) -> [String] { (binding["members"]?.list ?? []).compactMap(\.string) }

  private static func binding(_ binding: Value, with members: [String]) -> Value {
    var map = binding.map ?? ValueMap()
    map["members"] = members.value
    return .map(map)
  }

  private static func isSame(_ binding: Value, _ other: IAMBinding) -> Bool {
    guard binding["role"]?.string == other.role else { return false }
    let condition = binding["condition"].flatMap { $0 == .null ? nil : $0 }
    guard let wanted = other.condition else { return condition == nil }
    let description = condition?["description"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    return condition?["title"]?.string == wanted.title && condition?["expression"]?.string == wanted.expression
      && description == wanted.description
  }
}
