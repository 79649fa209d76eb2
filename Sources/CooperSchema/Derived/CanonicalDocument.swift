/// The one form of a policy among those that mean the same, after the IAM grammar (IAM User Guide, "Grammar of the IAM
/// JSON policy language"). Nothing here throws: what is not understood stays as it is.
public enum CanonicalDocument {
  /// Brings a policy into canonical form; idempotent. What is canonical already is handed on without a copy, as every
  /// desired policy of a plan passes here twice.
  public static func canonical(_ value: Value, _ dialect: DocumentDialect) -> Value {
    // Bucket and trust policies share the grammar.
    guard var policy = value.map, let written = policy["Statement"] else { return value }
    let statements: [Value]
    switch written {
    case .map: statements = [written]
    case .list(let elements): statements = elements
    default: return value
    }
    policy["Statement"] = .list(ordered(statements.map { statement($0, in: written) }))
    // A policy without a version is read by the rules of the first one.
    if policy["Version"] == nil { policy["Version"] = "2008-10-17" }
    return .map(policy)
  }

  /// Spells a canonical policy as it is usually written, which tools that compare texts expect: everybody is `"*"`, and a
  /// list of one is its element (IAM User Guide, "AWS JSON policy elements: Principal", "Grammar of the IAM JSON policy
  /// language").
  public static func written(_ policy: Value) -> Value {
    guard var document = policy.map, case .list(let statements)? = document["Statement"] else { return policy }
    document["Statement"] = .list(
      statements.map { statement in
        guard var fields = statement.map else { return statement }
        for key in ["Principal", "NotPrincipal"] {
          if fields[key] == ["AWS": ["*"]] { fields[key] = "*" }
          fields[key] = fields[key].map { eachAlone($0) }
        }
        for key in ["Action", "NotAction", "Resource", "NotResource"] { fields[key] = fields[key].map(alone) }
        if let tests = fields["Condition"]?.map {
          fields["Condition"] = .map(ValueMap(tests.map { ($0.key, eachAlone($0.value)) }))
        }
        return .map(fields)
      })
    return .map(document)
  }

  private static func alone(_ value: Value) -> Value {
    if case .list(let elements) = value, elements.count == 1 { elements[0] } else { value }
  }

  private static func eachAlone(_ value: Value) -> Value {
    guard let map = value.map else { return value }
    return .map(ValueMap(map.map { ($0.key, alone($0.value)) }))
  }

  private static func statement(_ value: Value, in policy: Value) -> Value {
    guard let statement = value.map else { return value }
    return .map(
      changed(statement) { key, value in
        switch key {
        case "Sid": value == "" ? nil : value
        case "Effect": effect(value)
        case "Action", "NotAction", "Resource", "NotResource": texts(value)
        case "Principal", "NotPrincipal": principals(value, in: policy)
        case "Condition":
          value.map.map { tests in
            .map(
              changed(tests) { _, keys in
                keys.map.map { keys in .map(changed(keys) { _, values in conditionValues(values) }) } ?? keys
              })
          } ?? value
        default: value
        }
      })
  }

  private static func effect(_ value: Value) -> Value {
    guard let word = value.string, word != "Allow", word != "Deny" else { return value }
    return ["allow": "Allow", "deny": "Deny"][word.lowercased()] ?? value
  }

  private static func principals(_ value: Value, in policy: Value) -> Value {
    switch value {
    case "*": return ["AWS": ["*"]]
    case .map(let kinds):
      return .map(
        changed(kinds) { kind, names in
          let ordered = texts(names)
          guard kind == "AWS", case .list(let names) = ordered, names.contains(where: isAccountID) else {
            return ordered
          }
          let partition = partition(in: policy) ?? "aws"
          return texts(.list(names.map { rootARN($0, partition) }))
        })
    default: return value
    }
  }

  /// The map with what the form makes of each value; a key for which it makes nil is left out.
  private static func changed(_ map: ValueMap, _ form: (String, Value) -> Value?) -> ValueMap {
    var result = map
    for pair in map {
      let made = form(pair.key, pair.value)
      if made != pair.value { result[pair.key] = made }
    }
    return result
  }

  /// An account id means the account's root, whose ARN is what S3 gives back.
  private static func rootARN(_ value: Value, _ partition: String) -> Value {
    guard isAccountID(value), let id = value.string else { return value }
    return .string("arn:\(partition):iam::\(id):root")
  }

  private static func isAccountID(_ value: Value) -> Bool {
    guard let id = value.string else { return false }
    return id.utf8.count == 12 && id.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
  }

  /// One text, or a list of texts in any order, as a sorted list without repetition.
  private static func texts(_ value: Value) -> Value {
    switch value {
    case .string, .unknown: .list([value])
    case .list(let elements) where isOrdered(elements): value
    case .list(let elements) where elements.allSatisfy(\.isText): .list(orderedSet(elements, identity: []))
    default: value
    }
  }

  /// Texts in byte order, each once.
  private static func isOrdered(_ elements: [Value]) -> Bool {
    guard var last = elements.first?.string else { return false }
    for element in elements.dropFirst() {
      guard let text = element.string, byteOrder(last, text) < 0 else { return false }
      last = text
    }
    return true
  }

  /// Numbers and booleans come back as texts.
  private static func conditionValues(_ value: Value) -> Value {
    guard case .list(let elements) = value else { return texts(conditionText(value)) }
    if isOrdered(elements) { return value }
    return texts(.list(elements.map(conditionText)))
  }

  private static func conditionText(_ value: Value) -> Value {
    switch value {
    case .bool(let flag): .string(flag ? "true" : "false")
    case .integer(let number): .string(String(number))
    case .number(let number): .string(Int64(exactly: number).map { String($0) } ?? number.description)
    default: value
    }
  }

  /// By Sid, those without one first, then by content.
  private static func ordered(_ statements: [Value]) -> [Value] {
    if statements.count < 2 { return statements }
    return statements.map { (sid: $0["Sid"]?.string ?? "", text: ValueJSON.encode($0, pretty: false), statement: $0) }
      .sorted { a, b in
        a.sid == b.sid
          ? a.text.lexicographicallyPrecedes(b.text) : a.sid.utf8.lexicographicallyPrecedes(b.sid.utf8)
      }
      .map(\.statement)
  }

  /// The partition of the first ARN, e.g. `aws-cn`: an account id carries none of its own.
  private static func partition(in value: Value) -> String? {
    switch value {
    case .string(let text):
      guard text.utf8.starts(with: "arn:".utf8) else { return nil }
      let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
      return parts.count == 3 && parts[1].starts(with: "aws".utf8) ? String(Substring(parts[1])) : nil
    // Loops, because `first` of a lazy map asks each level twice, which doubles the work with every level.
    case .list(let elements):
      for element in elements { if let found = partition(in: element) { return found } }
    case .map(let map):
      for pair in map { if let found = partition(in: pair.value) { return found } }
    default: break
    }
    return nil
  }
}

extension Value {
  fileprivate var isText: Bool {
    switch self {
    case .string, .unknown: true
    default: false
    }
  }
}
