internal import CooperModel
internal import CooperProvider
internal import CooperProviders

/// The page about stores: what each type of connection makes of a bucket, how it is known, and how it speaks.
enum StorePages {
  static let name = "stores.md"

  /// Types that share a provider are tables of one protocol; the others say on their own pages what they hold.
  static func markdown() -> String {
    let catalog = AllProviders.registry.catalog
    let types = catalog.connectionTypes.values.filter { !$0.notes.isEmpty && $0.support[BucketKind.section] != nil }
      .sorted { $0.name < $1.name }
    var text = "# Stores with the S3 protocol\n\n"
    text +=
      "*yes*: held. *look*: held by some, and only a look at the store tells. *no*: lacking, refused before anything is "
    text +=
      "sent. What is behind these words, and how a store is compared with its type, is in [stores](../stores.md).\n\n"
    text += "| facet | " + types.map { "[\($0.name)](#\($0.name))" }.joined(separator: " | ") + " |\n|---"
    text += String(repeating: "|---", count: types.count) + "|\n"
    for facet in BucketKind.facets {
      let cells = types.compactMap { $0.support[BucketKind.section].map { word(facet.name, $0) } }
      if cells.allSatisfy({ $0 == "no" }) { continue }
      text += "| `\(facet.name)` | \(cells.joined(separator: " | ")) |\n"
    }
    for type in types { text += section(type, shared: types) }
    return text
  }

  private static func word(_ facet: String, _ support: KindSupport) -> String {
    guard case .supported? = support.facets[facet] else { return "no" }
    return support.unsure[facet] == nil ? "yes" : "look"
  }

  private static func section(_ type: ConnectionType, shared types: [ConnectionType]) -> String {
    guard let support = type.support[BucketKind.section] else { return "" }
    var text = "\n## \(type.name)\n\n\(type.summary)\n\n"
    text += type.notes.map { "- \($0)\n" }.joined()
    let lacking = BucketKind.facets.compactMap { facet -> String? in
      guard case .unsupported(let reason, let nearest)? = support.facets[facet.name],
        types.contains(where: { word(facet.name, $0.support[BucketKind.section] ?? support) != "no" })
      else { return nil }
      let shown = support.shown.contains(facet.name) ? "; a read is answered all the same" : ""
      return "| `\(facet.name)` | \(cell(reason))\(shown) | \(cell(nearest ?? "")) |\n"
    }
    if !lacking.isEmpty {
      text += "\n| lacking | why, and how it is known | nearest |\n|---|---|---|\n" + lacking.joined()
    }
    let unsure = Dictionary(grouping: support.unsure.keys.sorted(), by: { support.unsure[$0] ?? "" })
    if !unsure.isEmpty {
      text += "\n| a look tells | why |\n|---|---|\n"
      for (reason, facets) in unsure.sorted(by: { $0.value[0] < $1.value[0] }) {
        text += "| \(facets.map { "`\($0)`" }.joined(separator: ", ")) | \(cell(reason)) |\n"
      }
    }
    for reason in support.onlyAtCreation.sorted(by: { $0.key < $1.key }) {
      text += "\nOn a bucket that is there: \(reason.value).\n"
    }
    return text
  }

  private static func cell(_ text: String) -> String {
    String(text.flatMap { $0 == "|" ? Array("\\|") : $0 == "\n" ? Array(" ") : [$0] })
  }
}
