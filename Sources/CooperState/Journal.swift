import CooperSchema

/// The text of a journal: one line per event, `{"crc":"xxxxxxxx","event":{…}}`, where the guard is the CRC-32 (ISO-HDLC,
/// as in zlib) of the event's own text. The guard tells a broken line from an edited or half-written one.
public enum Journal {
  /// What a journal's bytes hold.
  public struct Content: Sendable, Hashable {
    public var events: [Event]
    /// Where the last whole line ends; what stands behind it was being written when the process died.
    public var wholeBytes: Int
  }

  private static let opening = Array(#"{"crc":""#.utf8)
  private static let middle = Array(#"","event":"#.utf8)
  private static let digits = Array("0123456789abcdef".utf8)
  private static let payloadStart = opening.count + 8 + middle.count

  /// Writes events as whole lines, each with its line end.
  public static func encode(_ events: some Sequence<Event>) -> [UInt8] {
    var bytes: [UInt8] = []
    for event in events {
      let payload = ValueJSON.encode(EventFormatV1.value(of: event), pretty: false)
      bytes += opening
      bytes += hex(CRC32.checksum(payload))
      bytes += middle
      bytes += payload
      bytes += [UInt8(ascii: "}"), UInt8(ascii: "\n")]
    }
    return bytes
  }

  /// Reads all whole lines. A last line without its end is left out; any other line that isn't an event is `.corrupt`
  /// with its number, and a run of a newer format is `.incompatible`.
  public static func decode(_ bytes: [UInt8], file: String) throws(StateFailure) -> Content {
    var content = Content(events: [], wholeBytes: 0)
    var line = 0
    while let end = bytes[content.wholeBytes...].firstIndex(of: UInt8(ascii: "\n")) {
      line += 1
      content.events.append(try event(in: bytes[content.wholeBytes..<end], place: "\(file):\(line)"))
      content.wholeBytes = end + 1
    }
    return content
  }

  private static func event(in line: ArraySlice<UInt8>, place: String) throws(StateFailure) -> Event {
    let payload = line.dropFirst(payloadStart).dropLast()
    let isGuarded =
      line.count > payloadStart && line.starts(with: opening) && line.last == UInt8(ascii: "}")
      && line.dropFirst(opening.count + 8).starts(with: middle)
      && line.dropFirst(opening.count).starts(with: hex(CRC32.checksum(payload)))
    guard isGuarded else {
      throw StateFailure(
        .corrupt, "\(place) is not a whole line of a journal, and is not the last one either",
        fix: "Keep a copy of the journal, remove this line, and look at what the next plan says of its resource.")
    }
    let value: Value
    do throws(JSONSyntaxError) {
      value = try ValueJSON.decode(Array(payload))
    } catch {
      throw StateFailure(.corrupt, "\(place) is not an event: \(error.message)")
    }
    return try event(from: value, place: place)
  }

  private static func event(from value: Value, place: String) throws(StateFailure) -> Event {
    if let version = value["formatVersion"]?.integer, version > StateSnapshot.formatVersion {
      throw StateFailure(
        .incompatible, "\(place) was written by a newer version of Cooper (format \(version))",
        fix: "Finish the interrupted run with that version.")
    }
    do throws(FormatProblem) {
      return try EventFormatV1.event(from: value)
    } catch {
      throw StateFailure(.corrupt, "\(place) is not an event: \(error.description)")
    }
  }

  private static func hex(_ checksum: UInt32) -> [UInt8] {
    (0..<8).map { digits[Int(checksum >> (28 - 4 * UInt32($0))) & 15] }
  }
}

extension StoredState {
  /// Says why a journal can't belong to the state beside it; nil when it does.
  ///
  /// A journal that builds on an earlier serial was saved and not dropped. One that builds on a later serial or on
  /// another lineage means that one of the two files was replaced by hand, and folding or dropping it could lose events.
  public func mismatch(stateFile: String, journalFile: String) -> StateFailure? {
    for case .begin(let run, _, _, let lineage, let serial) in journal {
      if let snapshot, lineage != snapshot.lineage {
        return StateFailure(
          .incompatible, "\(journalFile) (run \(run)) belongs to another state than \(stateFile)",
          fix: "Put the journal's own state back, or move the journal away.")
      }
      if serial > snapshot?.serial ?? 0 {
        let found = snapshot.map { "\(stateFile) has serial \($0.serial)" } ?? "\(stateFile) is not there"
        return StateFailure(
          .corrupt, "\(journalFile) (run \(run)) goes on from serial \(serial), but \(found)",
          fix: "Put the state of serial \(serial) back, or move the journal away if what it did is known.")
      }
    }
    return nil
  }
}
