internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Where in Palette a location is: the header is the project, and its absence the tenant.
enum PaletteScope {
  static func of(_ target: Target) -> (service: String, headers: [Header]) {
    project(target).map { ("Palette (project)", [Header("ProjectUid", $0)]) } ?? ("Palette (tenant)", [])
  }

  /// What is asked of a connection as a whole.
  static func target(of site: Site) -> Target {
    Target(
      address: Address("connections", site.connection), identity: PhysicalIdentity(endpoint: site.endpoint, name: ""),
      region: nil, site: site)
  }

  /// As written: a name or a uid.
  private static func project(_ target: Target) -> String? {
    let place = target.settings["in"]?.map?.first?.value
    if place?["scope"]?.string == "tenant" { return nil }
    return place?["project"]?.string ?? target.site.settings["project"]?.string
  }

  /// Ids of Palette are 24 hexadecimal digits.
  private static func isUid(_ text: String) -> Bool { text.utf8.count == 24 && text.allSatisfy(\.isHexDigit) }

  /// The target with the uid of its project in the place of a name; the list of projects is the tenant's.
  static func resolved(_ target: Target) -> any Procedure<Target> {
    guard let written = project(target), !isUid(written) else { return Immediate(target) }
    let call = Call(
      .get, service: "Palette (tenant)", path: ["v1", "dashboard", "projects", "metadata"], permissions: [])
    return SingleCall(call) { (reply) throws(CallFailure) in
      guard reply.status == 200 else { throw .ofPlatform(reply, to: call, message: reply.text("message")) }
      guard let items = try reply.json(to: call)["items"]?.list else {
        throw .ofPlatform(reply, to: call, message: "no items")
      }
      let named = items.filter {
        $0["metadata"]?["name"]?.string == written || $0["metadata"]?["uid"]?.string == written
      }
      guard named.count == 1, let uid = named[0]["metadata"]?["uid"]?.string, !uid.isEmpty else {
        throw CallFailure(
          .invalid, code: "PLT0010",
          "\(target.address): Palette has \(named.isEmpty ? "no project" : "\(named.count) projects") called \"\(written)\" "
            + "for who is signed in; write the uid of one")
      }
      var target = target
      var place = target.settings["in"]?.map?.first?.value.map ?? ValueMap()
      place["project"] = .string(uid)
      target.settings["in"] = .map([target.site.connection: .map(place)])
      return target
    }
  }
}
