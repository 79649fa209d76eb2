import CooperConfig
import CooperDiagnostics
import CooperModel
import CooperSchema
import CooperTestSupport

/// A random project of everything that the schema knows: every type of connection, every kind, variant, setting and facet
/// that some connection holds. A new field is in it without an edit.
///
/// A sample may break a rule that no shape can say; blocks in which errors stand are taken out until none is left.
struct SchemaProject {
  private(set) var blocks: [Block] = []
  /// Fields of what is left, as `section.field` and, for what depends on a word, `section.word`.
  private(set) var covered: Set<String> = []

  struct Block: Sendable {
    var section: String
    var name: String
    /// The word that other fields depend on.
    var word: String?
    var holder: ConnectionType?
    var fields: [(name: String, tree: Tree)]
    /// Fields without which it means nothing.
    var needed: Set<String>
  }

  private let catalog: Catalog
  private var random: CooperTestSupport.SplitMix64
  private var samples: CooperSchema.SplitMix64
  private var names: [String: [String]] = [:]
  /// The type of connection of each, by `section.name`.
  private var typeOf: [String: String] = [:]

  init(seed: UInt64, _ catalog: Catalog) {
    self.catalog = catalog
    random = CooperTestSupport.SplitMix64(seed: seed)
    samples = CooperSchema.SplitMix64(seed: seed)
    let types = catalog.connectionTypes.values.sorted { $0.name < $1.name }
    names["connections"] = types.map(\.name)
    names["profiles"] = ["p0", "p1"]
    for type in types { blocks.append(connection(type)) }
    // Names first, because things refer to each other.
    var wanted: [(KindSchema, String?, ConnectionType?, String)] = []
    for kind in catalog.kinds.values.sorted(by: { $0.section < $1.section }) {
      let words: [String?] = kind.variants.map { $0.cases.keys.sorted() } ?? [nil]
      for word in words {
        let holders: [ConnectionType?] = types.filter { $0.support[kind.section] != nil }
        for holder in holders.isEmpty ? [nil, nil] : holders where holders.count < 3 || random.chance(60) {
          for _ in 0..<(holders.count < 3 ? 4 : 1) {
            let name = "n\(names[kind.section]?.count ?? 0)"
            names[kind.section, default: []].append(name)
            typeOf["\(kind.section).\(name)"] = holder?.name
            wanted.append((kind, word, holder, name))
          }
        }
      }
    }
    for profile in ["p0", "p1"] { blocks.append(self.profile(profile)) }
    for (kind, word, holder, name) in wanted { blocks.append(block(kind, word, holder, name)) }
    settle()
  }

  // MARK: Blocks

  private mutating func connection(_ type: ConnectionType) -> Block {
    var fields: [(String, Tree)] = [("type", .text(type.name))]
    for field in type.settings.fields {
      guard case .required = field.presence else { continue }
      fields.append((field.name, tree(field)))
    }
    if type.settings["region"] != nil, !fields.contains(where: { $0.0 == "region" }) {
      fields.append(("region", .text("eu-west-1")))
    }
    if type.accessMethods[""] == nil, let (name, shape) = type.accessMethods.sorted(by: { $0.key < $1.key }).first {
      fields.append(("access", object(shape, also: [("method", .text(name))])))
    } else if let shape = type.accessMethods[""], shape.fields.contains(where: { $0.shape.takesSecret }) {
      fields.append(("access", object(shape)))
    }
    return Block(section: "connections", name: type.name, fields: fields, needed: Set(fields.map(\.0)))
  }

  private mutating func profile(_ name: String) -> Block {
    var fields: [(String, Tree)] = [("tags", .map([("team", .text("v\(random.next() % 5)"))]))]
    if random.chance(50) { fields.append(("versioning", .text("enabled"))) }
    return Block(section: "profiles", name: name, fields: fields, needed: [])
  }

  private mutating func block(
    _ kind: KindSchema, _ word: String?, _ holder: ConnectionType?, _ name: String
  ) -> Block {
    let variant = word.flatMap { kind.variants?.cases[$0] }
    let depending = Set(kind.variants?.cases.values.flatMap(\.fields) ?? [])
    let support = holder?.support[kind.section]
    var fields: [(String, Tree)] = []
    var needed: Set<String> = []
    func fits(_ field: String) -> Bool {
      guard let variant else { return true }
      return field == kind.variants?.field || !depending.contains(field) || variant.fields.contains(field)
    }
    for setting in kind.settings where fits(setting.name) {
      if setting.name == kind.variants?.field, let word {
        fields.append((setting.name, .text(word)))
        needed.insert(setting.name)
        continue
      }
      // What is only used may have no connection, and what lives on that of another thing names one that is there.
      let source = variant?.connection ?? kind.connection
      if case .resource(let field, let section) = source, field == setting.name, let holder {
        let there = (names[section] ?? []).filter { typeOf["\(section).\($0)"] == holder.name }
        guard !there.isEmpty else { continue }
        let name = Tree.text(there[Int(random.next() % UInt64(there.count))])
        if case .either = setting.shape {
          fields.append((setting.name, random.chance(50) ? .set([name]) : name))
        } else {
          fields.append((setting.name, name))
        }
        needed.insert(setting.name)
        continue
      }
      if kind.addresses.contains(setting.name) {
        let all = names.filter { $0.key != kind.section }.sorted { $0.key < $1.key }.flatMap { pair in
          pair.value.map { "\(pair.key).\($0)" }
        }
        fields.append((setting.name, .text(all[Int(random.next() % UInt64(all.count))])))
        needed.insert(setting.name)
        continue
      }
      if setting.name == source.fields.first, let holder {
        if let variant, !variant.isMade, random.chance(70) { continue }
        // Where the connection is the key of a map, what stands behind it is the platform's.
        if case .key = kind.connection {
          let placed = support?.placement.map { object($0) } ?? .map([])
          fields.append((setting.name, .map([(holder.name, placed)])))
        } else {
          fields.append((setting.name, .text(holder.name)))
        }
        needed.insert(setting.name)
        continue
      }
      let isRequired =
        setting.isNeeded || variant?.required.contains(setting.name) ?? false
        || support?.required.contains(setting.name) ?? false
      if isRequired { needed.insert(setting.name) }
      guard isRequired || random.chance(25) else { continue }
      fields.append((setting.name, tree(setting)))
    }
    let maker = support.flatMap { support in
      support.makers.isEmpty ? nil : support.makers.sorted()[Int(random.next() % UInt64(support.makers.count))]
    }
    for facet in kind.facets where fits(facet.name) {
      guard let support else { continue }
      guard case .supported? = support.facets[facet.name] else { continue }
      let isMaker = support.makers.contains(facet.name)
      if isMaker { needed.insert(facet.name) }
      guard isMaker ? facet.name == maker : random.chance(chance(of: facet.name, in: kind.section)) else { continue }
      if let example = facet.example, random.chance(50) {
        fields.append((facet.name, .raw(example)))
      } else if let value = tree(facet.shape) {
        fields.append((facet.name, value))
      }
    }
    return Block(section: kind.section, name: name, word: word, holder: holder, fields: fields, needed: needed)
  }

  /// What few stores hold is written more often there.
  private func chance(of facet: String, in section: String) -> Int {
    let count = catalog.connectionTypes.values.count { type in
      if case .supported? = type.support[section]?.facets[facet] { true } else { false }
    }
    return count > 3 ? 12 : 50
  }

  // MARK: Values

  private mutating func tree(_ field: FieldShape) -> Tree {
    // An example stands in the reference, and so is valid; what it refers to isn't there.
    if let example = field.example, field.shape.referredSections.isEmpty, random.chance(70) { return .raw(example) }
    return tree(field.shape) ?? .raw(field.example ?? "x")
  }

  private mutating func object(_ shape: ObjectShape, also: [(String, Tree)] = []) -> Tree {
    var fields = also
    // Many objects without a needed field are a choice of one.
    if !shape.fields.contains(where: \.isNeeded), !shape.fields.isEmpty, random.chance(60) {
      let field = shape.fields[Int(random.next() % UInt64(shape.fields.count))]
      return .map(also + [(field.name, tree(field))])
    }
    for field in shape.fields where !also.contains(where: { $0.0 == field.name }) {
      if case .readOnly = field.presence { continue }
      if field.isNeeded || random.chance(40) { fields.append((field.name, tree(field))) }
    }
    return .map(fields)
  }

  private mutating func several(_ shape: Shape) -> [Tree] {
    (0..<(1 + Int(random.next() % 3))).compactMap { _ in tree(shape) }
  }

  private mutating func tree(_ shape: Shape) -> Tree? {
    switch shape {
    case .reference(let section):
      guard let known = names[section], !known.isEmpty else { return nil }
      return .text(known[Int(random.next() % UInt64(known.count))])
    case .object(let object): return self.object(object)
    case .list(let element): return .list(several(element))
    case .set(let element, _): return .set(several(element))
    case .map(let element, let keys):
      var entries: [(String, Tree)] = []
      for _ in 0..<(1 + Int(random.next() % 2)) {
        guard case .string(let key)? = sample(.string(keys), using: &samples), let value = tree(element) else {
          continue
        }
        guard !entries.contains(where: { $0.0 == key }), key.unicodeScalars.allSatisfy({ $0.value > 0x2A }) else {
          continue
        }
        entries.append((key, value))
      }
      return .map(entries)
    case .either(let scalar, let long): return random.chance(50) ? tree(scalar) : tree(long)
    default: return sample(shape, using: &samples).map { .value($0) }
    }
  }

  // MARK: What holds

  /// Takes out the fields that errors point at; a block that can't be without one is made anew, and in the end taken out.
  private mutating func settle() {
    var none = CooperTestSupport.SplitMix64(seed: 0)
    for round in 0..<60 {
      let loaded = ConfigLoader(catalog: catalog, files: MemoryFiles(files(shuffledBy: nil))).load(
        LoadRequest(directory: "/project", environment: "prod"))
      let errors = loaded.diagnostics.filter { $0.severity == .error }
      if errors.isEmpty { break }
      let lines = Set(errors.compactMap { $0.range.map { Int($0.start.line) } })
      let subjects = Set(errors.compactMap(\.subject))
      var kept: [Block] = []
      var line = 1
      for block in blocks {
        // A mark, the key, the fields, the end.
        let key = line + 1
        line += 2
        var bad: Set<Int> = []
        for (index, field) in block.fields.enumerated() {
          let end = line + Self.text(field, &none, shuffles: false).count { $0.isNewline }
          if !lines.isDisjoint(with: line..<end) { bad.insert(index) }
          line = end
        }
        line += 1
        let isBad =
          lines.contains(key) || subjects.contains("\(block.section).\(block.name)")
          || bad.contains { block.needed.contains(block.fields[$0].name) }
        if isBad {
          guard round < 14, let kind = catalog.kinds[block.section] else { continue }
          kept.append(self.block(kind, block.word, block.holder, block.name))
        } else {
          var block = block
          block.fields = block.fields.enumerated().filter { !bad.contains($0.offset) }.map(\.element)
          kept.append(block)
        }
      }
      blocks = kept
    }
    for block in blocks {
      for field in block.fields { covered.insert("\(block.section).\(field.name)") }
      if let word = block.word { covered.insert("\(block.section).\(word)") }
    }
  }

  /// The files of the project; with a seed, blocks are spread over files and written in a random order.
  func files(shuffledBy seed: UInt64?) -> [String: String] {
    var files = [
      "cooper.yaml": "cooper: 1\nname: acme\ninclude: [\"parts/**\"]\nenvironments: { prod: {} }\n"
    ]
    var random = CooperTestSupport.SplitMix64(seed: seed ?? 0)
    let order = seed == nil ? blocks : Tree.shuffled(blocks, &random)
    for block in order {
      let path = seed == nil ? "parts/all.yaml" : "parts/\(random.next() % 3)/f\(random.next() % 5).yaml"
      files[path, default: ""] += Self.text(block, &random, shuffles: seed != nil)
    }
    return files
  }

  /// The same project with some of its blocks repeated in the overlay of its environment.
  func filesWithEqualOverlay(seed: UInt64) -> [String: String] {
    var files = files(shuffledBy: nil)
    var random = CooperTestSupport.SplitMix64(seed: seed)
    let overlay = blocks.filter { _ in random.chance(50) }.map { Self.text($0, &random, shuffles: true) }.joined()
    files["environments/prod.yaml"] = overlay.isEmpty ? "x-nothing: 1\n" : overlay
    return files
  }

  private static func text(
    _ field: (name: String, tree: Tree), _ random: inout CooperTestSupport.SplitMix64, shuffles: Bool
  ) -> String {
    "  \"\(field.name)\": \(field.tree.written(&random, shuffles: shuffles)),\n"
  }

  private static func text(
    _ block: Block, _ random: inout CooperTestSupport.SplitMix64, shuffles: Bool
  ) -> String {
    let fields = shuffles ? Tree.shuffled(block.fields, &random) : block.fields
    let lines = fields.map { text($0, &random, shuffles: shuffles) }
    return "---\n\(block.section): { \"\(block.name)\": {\n\(lines.joined())} }\n"
  }
}

extension FieldShape {
  fileprivate var isNeeded: Bool { if case .required = presence { true } else { false } }
}

extension Shape {
  /// The sections that references somewhere inside lead to.
  fileprivate var referredSections: Set<String> {
    switch self {
    case .reference(let section): [section]
    case .list(let element), .set(let element, _), .map(let element, _): element.referredSections
    case .either(let scalar, let long): scalar.referredSections.union(long.referredSections)
    case .object(let object): object.fields.reduce(into: []) { $0.formUnion($1.shape.referredSections) }
    default: []
    }
  }
}
