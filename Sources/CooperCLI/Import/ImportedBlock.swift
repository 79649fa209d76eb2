internal import CooperConfig
internal import CooperEngine
internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// The YAML of an imported resource.
struct ImportedBlock {
  let address: Address
  let connection: String
  /// Region and other settings to write, in order.
  var settings: [(key: String, value: Value)]
  /// Facets in the order of the kind.
  var facets: [(key: String, value: Value)]
  /// Why a facet stands here as a comment only.
  var leftOut: [(facet: String, why: String)]

  /// `written` is what was found in the words of the language.
  init(
    _ address: Address, connection: String, _ given: GivenName, _ found: Importer.Found, written: [String: Value],
    support: KindSupport?
  ) {
    self.address = address
    self.connection = connection
    settings = [("connection", .string(connection))]
    if let region = found.target.region, region != found.target.site.region,
      support?.settings.contains("region") ?? true
    {
      settings.append(("region", .string(region)))
    }
    if given.name != address.name {
      settings.append((found.kind.schema.nameField ?? found.kind.schema.name + "Name", .string(given.name)))
    }
    settings += given.settings.filter { written[$0.key] == nil }.map { ($0.key, $0.value) }
    facets = found.kind.facets.compactMap { facet in written[facet.name].map { (facet.name, $0) } }
    leftOut = found.unreadable.sorted { $0.key < $1.key }.map { ($0.key, "could not be read: \($0.value.code)") }
  }

  var text: String {
    let own = (settings + facets).map { ($0.key, YAMLBlock.escapingSubstitution($0.value)) }
    var text = "# Written by  cooper import; review it like any other change.\n\(address.section):\n"
    text += "  \(YAMLBlock.scalar(address.name, isKey: true)):\n"
    text += YAMLBlock.entries(own, depth: 2)
    for (facet, why) in leftOut { text += "    # \(facet): not managed, \(why)\n" }
    return Formatter().formatted(text)
  }
}
