internal import CooperPlan
internal import CooperSchema
internal import CooperState

extension FuzzTarget {
  /// The JSON codec: what was read is written and read again without loss.
  static let json = FuzzTarget(name: "json") { bytes in
    guard let value = try? ValueJSON.decode(bytes) else { return nil }
    for pretty in [false, true] {
      guard let again = try? ValueJSON.decode(ValueJSON.encode(value, pretty: pretty)) else {
        return "what was written can't be read (pretty: \(pretty))"
      }
      if again != value { return "read again as \(again), was \(value)" }
    }
    return nil
  }

  /// The state file, with its invariants.
  static let state = FuzzTarget(name: "state") { bytes in
    guard let snapshot = try? StateFormat.decode(bytes, file: "state.json") else { return nil }
    _ = snapshot.violations()
    let written = StateFormat.encode(snapshot, cooperVersion: "0")
    guard let again = try? StateFormat.decode(written, file: "state.json") else { return "written state can't be read" }
    return again == snapshot ? nil : "a state changes when it is written"
  }

  /// The journal as it stands, and each line as the event inside a right guard, which bytes by chance never are.
  static let journal = FuzzTarget(name: "journal") { bytes in
    var journals = [bytes]
    for payload in bytes.split(separator: UInt8(ascii: "\n")) {
      let digits = String(CRC32.checksum(payload), radix: 16)
      let guardText = String(repeating: "0", count: 8 - digits.count) + digits
      journals.append(Array(#"{"crc":"\#(guardText)","event":"#.utf8) + payload + Array("}\n".utf8))
    }
    for journal in journals {
      guard let content = try? Journal.decode(journal, file: "journal") else { continue }
      if content.wholeBytes > journal.count { return "more was read than there is" }
      guard let again = try? Journal.decode(Journal.encode(content.events), file: "journal") else {
        return "a written journal can't be read"
      }
      if again.events != content.events { return "events change when they are written" }
    }
    return nil
  }

  /// The plan file, and the plan inside without its digest, which bytes by chance never have.
  static let plan = FuzzTarget(name: "plan") { bytes in
    _ = try? PlanFile.decode(bytes)
    guard let value = try? ValueJSON.decode(bytes), let plan = try? Plan(value: value) else { return nil }
    guard let again = try? PlanFile.decode(PlanFile.encode(plan)) else { return "a written plan can't be read" }
    return again == plan ? nil : "a plan changes when it is written"
  }
}
