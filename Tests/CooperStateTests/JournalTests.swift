import CooperModel
import CooperSchema
import Foundation
import Testing

@testable import CooperState

private let events: [Event] = [
  Sample.begin(serial: 3), .intent(Sample.address, .create, Sample.bucket()),
  .outcome(Sample.address, .create, .done(ValueMap([("arn", "ä\n")]))),
]

@Suite struct JournalTests {
  @Test("Property: any run survives its text, one whole line per event", arguments: 0..<200)
  func roundTrip(_ seed: Int) throws {
    var generator = StateGenerator(seed: seed)
    let events = generator.run(on: generator.snapshot())
    let bytes = Journal.encode(events)
    let read = try Journal.decode(bytes, file: "j")
    #expect(read.events == events)
    #expect(read.wholeBytes == bytes.count)
    #expect(bytes.filter { $0 == UInt8(ascii: "\n") }.count == events.count)
  }

  @Test("The guard is the CRC-32 of zlib: its check value over 123456789 is cbf43926")
  func checksum() {
    #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
  }

  @Test("A last line that is torn at any byte is dropped, and only that line")
  func tornTail() throws {
    let bytes = Journal.encode(events)
    let whole = Journal.encode(events.dropLast())
    for length in whole.count..<bytes.count {
      let read = try Journal.decode(Array(bytes.prefix(length)), file: "j")
      #expect(read.events == Array(events.dropLast()), "torn at \(length)")
      #expect(read.wholeBytes == whole.count)
    }
  }

  @Test("A line that is not whole in the middle is corrupt and named, whatever byte is wrong")
  func brokenLine() throws {
    let bytes = Journal.encode(events)
    let first = Journal.encode(events.prefix(1)).count
    let second = Journal.encode(events.prefix(2)).count
    for index in first..<second - 1 {
      var broken = bytes
      broken[index] ^= 0x01
      if broken[index] == UInt8(ascii: "\n") { continue }
      let failure = #expect(throws: StateFailure.self, "byte \(index)") { try Journal.decode(broken, file: "j") }
      #expect(failure?.kind == .corrupt)
      #expect(failure?.message.hasPrefix("j:2 ") == true, "byte \(index): \(failure?.message ?? "")")
    }
  }

  @Test("A run of a newer format is incompatible; an event of no known type is corrupt")
  func newerFormat() {
    func line(_ payload: String) -> [UInt8] {
      let checksum = String(CRC32.checksum(Array(payload.utf8)), radix: 16)
      let digits = String(repeating: "0", count: 8 - checksum.count) + checksum
      return Array("{\"crc\":\"\(digits)\",\"event\":\(payload)}\n".utf8)
    }
    let newer = #expect(throws: StateFailure.self) {
      try Journal.decode(line(#"{"formatVersion":2,"type":"begin"}"#), file: "j")
    }
    #expect(newer?.kind == .incompatible)
    let unknown = #expect(throws: StateFailure.self) { try Journal.decode(line(#"{"type":"dance"}"#), file: "j") }
    #expect(unknown?.kind == .corrupt)
    #expect(unknown?.message == #"j:1 is not an event: type: there is no event "dance""#)
  }
}

@Suite struct JournalFileTests {
  let directory: TemporaryDirectory
  var path: String { directory.path + "/journal.jsonl" }

  init() throws { directory = try TemporaryDirectory() }

  @Test("After a death in the middle of a line, at any byte, the next run's line starts at a line's start")
  func appendAfterTornTail() throws {
    let bytes = Journal.encode(events)
    let whole = Journal.encode(events.dropLast()).count
    for length in whole..<bytes.count {
      try directory.write(bytes.prefix(length), "journal.jsonl")
      var file = JournalFile(path: path)
      try file.append(Journal.encode([.end]))
      try file.sync()
      file.close()
      let read = try Journal.decode(try #require(directory.bytes("journal.jsonl")), file: "j")
      #expect(read.events == Array(events.dropLast()) + [.end], "torn at \(length)")
    }
  }

  @Test("A disk that is full after any number of bytes leaves the journal as it was, and later appends work")
  func diskFull() throws {
    let bytes = Journal.encode(events)
    for room in stride(from: 0, to: bytes.count, by: 7) {
      let isFull = Switch()
      try? FileManager.default.removeItem(atPath: path)
      var file = JournalFile(path: path) { (descriptor, bytes, path) throws(SystemError) in
        guard isFull.isOn else { return try SystemCalls.writeAll(descriptor, bytes, path) }
        try SystemCalls.writeAll(descriptor, Array(bytes.prefix(room)), path)
        throw SystemError(doing: "write", path: path, code: ENOSPC)
      }
      try file.append(Journal.encode([Sample.begin(serial: 1)]))
      isFull.isOn = true
      let error = #expect(throws: SystemError.self) { try file.append(bytes) }
      #expect(error?.failure.kind == .unavailable)
      #expect(error?.failure.message == "can't write \(path): No space left on device")
      isFull.isOn = false
      try file.append(Journal.encode([.end]))
      file.close()
      let read = try Journal.decode(try #require(directory.bytes("journal.jsonl")), file: "j")
      #expect(read.events == [Sample.begin(serial: 1), .end], "room for \(room)")
    }
  }

  @Test("Once a sync has failed nothing is appended any more: the kernel reports the loss only once")
  func failedSync() throws {
    // fdatasync of a pipe is EINVAL; the file behind the name is swapped for one by the writer.
    var file = JournalFile(path: path) { (descriptor, _, _) throws(SystemError) in
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      dup2(ends[1], descriptor)
      Glibc.close(ends[0])
      Glibc.close(ends[1])
    }
    try file.append([1])
    #expect(throws: SystemError.self) { try file.sync() }
    #expect(throws: SystemError.self) { try file.append([2]) }
    #expect(throws: SystemError.self) { try file.sync() }
    file.close()
  }
}

/// Turned on and off by one test on one thread.
private final class Switch: @unchecked Sendable {
  var isOn = false
}
