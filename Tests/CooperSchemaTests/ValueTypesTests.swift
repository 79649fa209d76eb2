import CooperSchema
import Testing

@Suite("Durations, sizes and instants") struct ValueTypesTests {
  @Test(
    "a duration's canonical text uses the largest unit that leaves no rest",
    arguments: [
      ("30d", 2_592_000, "30d"), ("24h", 86_400, "1d"), ("90s", 90, "90s"), ("7d12h", 648_000, "180h"), ("0s", 0, "0s"),
      ("0d", 0, "0s"), ("1d1h1m1s", 90_061, "90061s"), ("120m", 7_200, "2h"),
    ] as [(String, Int64, String)])
  func durations(text: String, seconds: Int64, canonical: String) {
    #expect(TimeSpan(text)?.seconds == seconds)
    #expect(TimeSpan(text)?.text == canonical)
  }

  @Test(
    "what is no duration",
    arguments: ["", "30", "d", "-1d", "12h7d", "1d1d", "1.5h", "30 d", "30D", "1w", "99999999999999999d"])
  func notDurations(text: String) { #expect(TimeSpan(text) == nil) }

  @Test(
    "a size's canonical text",
    arguments: [
      ("64MiB", 67_108_864, "64MiB"), ("1024", 1_024, "1KiB"), ("1000", 1_000, "1000B"), ("0", 0, "0B"),
      ("2048KiB", 2_097_152, "2MiB"),
    ] as [(String, Int64, String)])
  func sizes(text: String, bytes: Int64, canonical: String) {
    #expect(ByteSize(text)?.bytes == bytes)
    #expect(ByteSize(text)?.text == canonical)
  }

  @Test("what is no size", arguments: ["", "64MB", "64mib", "1KiB1MiB", "-1", "9999999999PiB", "MiB"])
  func notSizes(text: String) { #expect(ByteSize(text) == nil) }

  @Test(
    "an instant's canonical text",
    arguments: [
      ("2026-12-01", "2026-12-01T00:00:00Z"), ("2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z"),
      ("2026-12-01T00:00:00.000Z", "2026-12-01T00:00:00Z"), ("2026-12-01T06:30:15.25Z", "2026-12-01T06:30:15.250Z"),
      ("2026-12-01T01:00:00+02:00", "2026-11-30T23:00:00Z"), ("2024-02-29", "2024-02-29T00:00:00Z"),
      ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"), ("0001-01-01", "0001-01-01T00:00:00Z"),
      ("2026-12-01T00:00:00.123456789Z", "2026-12-01T00:00:00.123Z"),
    ])
  func instants(text: String, canonical: String) {
    #expect(Instant(text)?.text == canonical)
    #expect(Instant(canonical)?.text == canonical)
  }

  @Test("known instants") func epoch() {
    #expect(Instant("1970-01-01")?.milliseconds == 0)
    #expect(Instant("2000-02-29T12:00:00Z")?.epochSeconds == 951_825_600)
    #expect(Instant("2026-12-01")?.isMidnight == true)
  }

  @Test("every day of eight centuries survives the round trip")
  func everyDay() {
    for day in stride(from: Int64(-146_097), through: 146_097, by: 1) {
      let instant = Instant(milliseconds: day * 86_400_000)
      #expect(Instant(instant.text) == instant)
    }
  }

  @Test(
    "what is no instant",
    arguments: [
      "", "2026", "2026-13-01", "2026-02-29", "2100-02-29", "2026-12-01T24:00:00Z", "2026-12-01T00:00:00",
      "2026-12-01Z",
      "2026-12-01 00:00:00Z", "2026-12-01T00:00:00.Z", "12/01/2026", "2026-12-01T00:00:60Z",
    ])
  func notInstants(text: String) { #expect(Instant(text) == nil) }
}
