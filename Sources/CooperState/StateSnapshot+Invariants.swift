public import CooperModel
import CooperSchema

/// What holds of every state, checked when one is read and before one is saved.
///
///  1. The lineage is not empty.
///  2. The serial is not negative.
///  3. The project is named, and the environment, where there is one.
///  4. Every address is `section.name`: a section of ASCII letters, a name without dots, slashes and control characters.
///  5. Every resource has a kind and a connection.
///  6. Every identity has an endpoint, a name, and no empty account; only while it is being created may the name, which
///     the provider may give, be missing.
///  7. One physical identity of one kind has one address.
///  8. Facet names are not empty and hold no slash or control character.
///  9. Nothing recorded is "known after apply".
/// 10. A recorded connection has a name, a type and an endpoint; the key of fingerprints is 32 bytes; a fingerprint is not
///     empty.
/// 11. What only is referred to (`origin: existing`) is never being created or deleted.
extension StateSnapshot {
  /// One broken invariant, and the address it concerns.
  public struct Violation: Sendable, Hashable, CustomStringConvertible {
    public var address: Address?
    public var message: String

    public var description: String { address.map { "\($0): \(message)" } ?? message }
  }

  /// Says which invariants are broken, in the order of addresses; empty for every legal state.
  public func violations() -> [Violation] {
    var found: [Violation] = []
    if lineage.isEmpty { found.append(Violation(message: "the lineage is empty")) }
    if serial < 0 { found.append(Violation(message: "the serial is negative")) }
    if project.isEmpty { found.append(Violation(message: "the project has no name")) }
    if environment == "" { found.append(Violation(message: "the environment has no name")) }
    if let key = fingerprintKey, key.utf8.count != 64 || !key.utf8.allSatisfy(\.isHexDigit) {
      found.append(Violation(message: "the key of fingerprints is not 32 bytes"))
    }
    for (name, connection) in connections.sorted(by: { $0.key < $1.key })
    where name.isEmpty || connection.type.isEmpty || connection.endpoint.isEmpty {
      found.append(Violation(message: "connection \"\(name)\" has no name, type or endpoint"))
    }
    var owners: [Owned: Address] = [:]
    owners.reserveCapacity(resources.count)
    for address in resources.keys.sorted() {
      guard let resource = resources[address] else { continue }
      found += resource.problems(at: address).map { Violation(address: address, message: $0) }
      guard !resource.identity.name.isEmpty else { continue }
      let owned = Owned(kind: resource.kind, identity: resource.identity)
      if let other = owners.updateValue(address, forKey: owned) {
        found.append(
          Violation(address: address, message: "\(other) is the same \(resource.kind), \(owned.identity.name)"))
      }
    }
    return found
  }

  private struct Owned: Hashable {
    var kind: String
    var identity: PhysicalIdentity
  }
}

extension RecordedResource {
  fileprivate func problems(at address: Address) -> [String] {
    var found: [String] = []
    if !address.isLegal { found.append("the address is not section.name") }
    if kind.isEmpty { found.append("the kind is empty") }
    if connection.isEmpty { found.append("the connection is empty") }
    if identity.endpoint.isEmpty { found.append("the identity has no endpoint") }
    if identity.account == "" { found.append("the identity's account is empty") }
    if identity.name.isEmpty && status != .creating { found.append("the identity has no name") }
    for name in facets.keys.sorted() {
      guard let facet = facets[name] else { continue }
      if !name.isLegalName { found.append("a facet's name is empty or not legal") }
      if facet.value?.hasUnknowns == true { found.append("the facet \(name) is not known yet") }
    }
    if secrets.contains(where: { $0.key.isEmpty || $0.value.isEmpty }) { found.append("a fingerprint is empty") }
    if settings.contains(where: { $0.value.hasUnknowns }) { found.append("a setting is not known yet") }
    if outputs.contains(where: { $0.value.hasUnknowns }) { found.append("an output is not known yet") }
    if origin == .existing && status != .complete { found.append("it is only referred to, but is \(status.rawValue)") }
    return found
  }
}

extension Address {
  fileprivate var isLegal: Bool {
    let letters = section.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    return letters && !section.isEmpty && name.isLegalName && !name.utf8.contains(UInt8(ascii: "."))
  }
}

extension String {
  fileprivate var isLegalName: Bool {
    !isEmpty && utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool { (0x30...0x39).contains(self) || (0x61...0x66).contains(self) }
}
