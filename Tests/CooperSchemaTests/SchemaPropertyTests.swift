import CooperDiagnostics
import CooperSchema
import CooperSyntax
import Testing

/// Properties over seeded samples; a failure names its seed.
@Suite("Properties of shapes") struct SchemaPropertyTests {
  static let seeds = Array(UInt64(0)..<400)
  let shape = Shape.object(SampleShapes.bucket)

  private func made(_ seed: UInt64) throws -> Value {
    var generator = SplitMix64(seed: seed)
    return try #require(sample(shape, using: &generator))
  }

  @Test("samples differ and use every field")
  func variety() throws {
    let values = try Self.seeds.map(made)
    #expect(Set(values).count > 350)
    for field in SampleShapes.bucket.fields where field.name != "arn" {
      #expect(values.contains { $0[field.name] != nil }, "no sample has \(field.name)")
    }
    #expect(try made(7) == made(7))
  }

  @Test("JSON: what was written reads back equal, plain and pretty")
  func json() throws {
    for seed in Self.seeds {
      let value = try made(seed)
      for pretty in [true, false] {
        #expect(try ValueJSON.decode(ValueJSON.encode(value, pretty: pretty)) == value, "seed \(seed)")
      }
    }
  }

  @Test("JSON: random bytes put into a text never crash the reader")
  func damaged() throws {
    for seed in Self.seeds {
      var generator = SplitMix64(seed: seed)
      var bytes = ValueJSON.encode(try made(seed), pretty: false)
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      if let value = try? ValueJSON.decode(bytes) {
        #expect(try ValueJSON.decode(ValueJSON.encode(value, pretty: false)) == value, "seed \(seed)")
      }
    }
  }

  @Test("canonical is idempotent")
  func idempotent() throws {
    for seed in Self.seeds {
      let once = canonical(try made(seed), shape)
      #expect(canonical(once, shape) == once, "seed \(seed)")
    }
  }

  @Test("a sample passes check, and check keeps its meaning")
  func checks() throws {
    for seed in Self.seeds {
      let value = try made(seed)
      let result = check(.of(value), against: shape, named: "sample")
      #expect(result.diagnostics.isEmpty, "seed \(seed): \(result.diagnostics)")
      #expect(result.value.map { canonical($0, shape) } == canonical(value, shape), "seed \(seed)")
    }
  }

  @Test("nothing differs from itself, nor from another order of its sets")
  func differences() throws {
    for seed in Self.seeds {
      var generator = SplitMix64(seed: seed)
      let value = try made(seed)
      #expect(ValueDiff(before: value, after: value, shape: shape).isUnchanged, "seed \(seed)")
      let other = shuffled(value, shape, &generator)
      #expect(ValueDiff(before: value, after: other, shape: shape).lines == [], "seed \(seed)")
    }
  }

  @Test("two values differ exactly when their canonical forms do")
  func exact() throws {
    for seed in Self.seeds {
      var (before, after) = (try made(seed), try made(seed + 1))
      // A provider default that only one side has is no difference.
      before = canonical(without("region", before), shape)
      after = canonical(without("region", after), shape)
      let diff = ValueDiff(before: before, after: after, shape: shape)
      #expect(diff.isUnchanged == (before == after), "seed \(seed)")
      #expect(diff.isUnchanged == (diff.changeCount == 0), "seed \(seed)")
    }
  }

  private func without(_ key: String, _ value: Value) -> Value {
    .map(ValueMap((value.map ?? ValueMap()).filter { $0.key != key }.map { ($0.key, $0.value) }))
  }

  /// Another spelling of the same value: sets and statements in another order.
  private func shuffled(_ value: Value, _ shape: Shape, _ generator: inout SplitMix64) -> Value {
    switch (shape, value) {
    case (.set(let element, _), .list(let elements)):
      return .list(elements.map { shuffled($0, element, &generator) }.shuffled(using: &generator))
    case (.list(let element), .list(let elements)): return .list(elements.map { shuffled($0, element, &generator) })
    case (.map(let element, _), .map(let map)):
      return .map(ValueMap(map.map { ($0.key, shuffled($0.value, element, &generator)) }))
    case (.object(let object), .map(let map)):
      return .map(
        ValueMap(
          map.map { pair in
            (pair.key, object[pair.key].map { shuffled(pair.value, $0.shape, &generator) } ?? pair.value)
          }))
    case (.document, .map(var policy)):
      if case .list(let statements)? = policy["Statement"] {
        policy["Statement"] = .list(statements.shuffled(using: &generator))
      }
      return .map(policy)
    default: return value
    }
  }
}
