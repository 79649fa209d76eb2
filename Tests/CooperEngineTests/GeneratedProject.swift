import CooperSchema
import CooperTestSupport

/// A piece of YAML whose maps and sets have no order of their own.
indirect enum Tree: Sendable {
  case text(String)
  case map([(String, Tree)])
  /// The order says something and stays.
  case list([Tree])
  case set([Tree])
  /// YAML as it stands, e.g. an example of the schema.
  case raw(String)
  case value(Value)

  /// The tree as flow YAML; with dice, whatever has no order is written in a random one.
  func written(_ random: inout CooperTestSupport.SplitMix64, shuffles: Bool) -> String {
    switch self {
    case .text(let text): return "\"" + text + "\""
    case .raw(let text): return text
    case .value(let value): return String(decoding: ValueJSON.encode(value, pretty: false), as: UTF8.self)
    case .map(let entries):
      let order = shuffles ? Self.shuffled(entries, &random) : entries
      return "{ " + order.map { "\"\($0.0)\": " + $0.1.written(&random, shuffles: shuffles) }.joined(separator: ", ")
        + " }"
    case .list(let elements):
      return "[" + elements.map { $0.written(&random, shuffles: shuffles) }.joined(separator: ", ") + "]"
    case .set(let elements):
      let order = shuffles ? Self.shuffled(elements, &random) : elements
      return "[" + order.map { $0.written(&random, shuffles: shuffles) }.joined(separator: ", ") + "]"
    }
  }

  static func shuffled<Element>(_ elements: [Element], _ random: inout CooperTestSupport.SplitMix64) -> [Element] {
    var elements = elements
    for index in elements.indices.dropFirst() {
      elements.swapAt(index, Int(random.next() % UInt64(index + 1)))
    }
    return elements
  }
}

/// A random project over AWS: profiles, buckets with sets and references, roles, grants, registrations.
struct GeneratedProject {
  /// Section, name, block.
  private(set) var blocks: [(section: String, name: String, tree: Tree)] = []
  private var random: CooperTestSupport.SplitMix64

  init(seed: UInt64) {
    random = CooperTestSupport.SplitMix64(seed: seed)
    for index in 0..<(1 + Int(random.next() % 3)) { blocks.append(("profiles", "p\(index)", profile())) }
    let profiles = blocks.map(\.name)
    let roles = (0..<(1 + Int(random.next() % 3))).map { "r\($0)" }
    for role in roles { blocks.append(("identities", role, self.role())) }
    let count = 2 + Int(random.next() % 5)
    let buckets = (0..<count).map { "bucket\($0)" }
    for bucket in buckets { blocks.append(("buckets", bucket, self.bucket(profiles, buckets))) }
    for index in 0..<Int(random.next() % 4) {
      blocks.append(("grants", "grant\(index)", grant(roles, buckets)))
    }
    if random.chance(50) {
      blocks.append(
        ("registrations", "reg", .map([("in", .text("flow")), ("bucket", pick(buckets)), ("identity", pick(roles))])))
    }
  }

  private mutating func pick(_ names: [String]) -> Tree { .text(names[Int(random.next() % UInt64(names.count))]) }

  private mutating func some(_ texts: [String], atLeast minimum: Int = 1) -> [Tree] {
    let order = Tree.shuffled(texts, &random)
    let count = minimum + Int(random.next() % UInt64(texts.count - minimum + 1))
    return order.prefix(count).map { .text($0) }
  }

  private mutating func tags() -> Tree {
    var fields: [(String, Tree)] = []
    for key in ["team", "costCenter", "stage", "owner"] where random.chance(50) {
      fields.append((key, .text("v\(random.next() % 5)")))
    }
    return .map(fields.isEmpty ? [("team", .text("web"))] : fields)
  }

  private mutating func lifecycle() -> Tree {
    var rules: [(String, Tree)] = []
    for id in ["trim", "abort", "tmp"] where random.chance(60) {
      rules.append(
        (
          id,
          .map([("prefix", .text("\(id)/")), ("expiration", .map([("after", .text("\(1 + random.next() % 90)d"))]))])
        ))
    }
    return .map(rules)
  }

  private mutating func profile() -> Tree {
    var fields: [(String, Tree)] = []
    if random.chance(60) { fields.append(("versioning", .text("enabled"))) }
    if random.chance(60) { fields.append(("tags", tags())) }
    if random.chance(40) { fields.append(("lifecycle", lifecycle())) }
    if random.chance(40) { fields.append(("aws", .map([("encryption", .map([("algorithm", .text("AES256"))]))]))) }
    return .map(fields)
  }

  private mutating func role() -> Tree {
    var parties: [Tree] = [.map([("service", .text("s3.amazonaws.com"))])]
    if random.chance(50) {
      parties.append(.map([("aws", .text("arn:aws:iam::444455556666:root")), ("externalId", .text("bbbb"))]))
    }
    return .map([("type", .text("role")), ("connection", .text("aws")), ("trust", .set(parties))])
  }

  private mutating func bucket(_ profiles: [String], _ buckets: [String]) -> Tree {
    var fields: [(String, Tree)] = [
      ("connection", .text("aws")), ("bucketName", .text("acme-$(self.key)-$(environment)")),
      // Later profiles win, so their order says something.
      ("profile", .list(some(profiles))),
    ]
    if random.chance(60) { fields.append(("tags", tags())) }
    if random.chance(40) { fields.append(("lifecycle", lifecycle())) }
    if random.chance(40) {
      let rule = Tree.map([
        ("origins", .set(some(["https://a.example", "https://b.example", "https://c.example"]))),
        ("methods", .set(some(["GET", "PUT", "POST", "HEAD"]))), ("maxAge", .text("1h")),
      ])
      fields.append(("cors", .list([rule])))
    }
    if random.chance(40) { fields.append(("shared", .set(some(["policy", "tags"])))) }
    if random.chance(50) {
      fields.append(("logging", .map([("bucket", pick(buckets)), ("prefix", .text("$(self.bucketName)/"))])))
    }
    return .map(fields)
  }

  private mutating func grant(_ roles: [String], _ buckets: [String]) -> Tree {
    var to = some(roles).map { Tree.map([("identity", $0)]) }
    let through = random.chance(30)
    if !through, random.chance(50) { to.append(.map([("aws", .text("arn:aws:iam::210987654321:role/etl"))])) }
    var fields: [(String, Tree)] = [("bucket", .set(some(buckets))), ("allow", .text("readOnly")), ("to", .set(to))]
    if random.chance(40) { fields.append(("prefix", .text("in/"))) }
    if through { fields.append(("through", .text("identityPolicy"))) }
    return .map(fields)
  }

  private static let root = """
    cooper: 1
    name: acme
    include: ["parts/**"]
    environments: { prod: {} }
    connections:
      aws: { type: aws, region: eu-west-1, account: "111122223333" }
      flow: { type: flowfile, endpoint: "https://flow.example", access: { username: env:A, password: env:B } }

    """

  /// The files of the project; with a seed, blocks are spread over files and written in a random order.
  func files(shuffledBy seed: UInt64?) -> [String: String] {
    var files = ["cooper.yaml": Self.root]
    var random = CooperTestSupport.SplitMix64(seed: seed ?? 0)
    let order = seed == nil ? blocks : Tree.shuffled(blocks, &random)
    for block in order {
      let path = seed == nil ? "parts/all.yaml" : "parts/\(random.next() % 3)/f\(random.next() % 5).yaml"
      let text = block.tree.written(&random, shuffles: seed != nil)
      files[path, default: ""] += "---\n\(block.section): { \"\(block.name)\": \(text) }\n"
    }
    return files
  }

  /// The same project with some of its blocks repeated in the overlay of its environment.
  func filesWithEqualOverlay(seed: UInt64) -> [String: String] {
    var files = files(shuffledBy: nil)
    var random = CooperTestSupport.SplitMix64(seed: seed)
    var overlay = ""
    for block in blocks where random.chance(50) {
      overlay += "---\n\(block.section): { \"\(block.name)\": \(block.tree.written(&random, shuffles: true)) }\n"
    }
    files["environments/prod.yaml"] = overlay.isEmpty ? "x-nothing: 1\n" : overlay
    return files
  }
}
