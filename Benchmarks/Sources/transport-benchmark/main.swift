// Sends the seven reads of N buckets through CurlTransport and through a bare libcurl loop, in turn, and compares.
//
//   swift run -c release transport-benchmark [--endpoint URL] [--buckets N] [--in-flight K] [--runs R] [--delay-ms D]
//
// Without --endpoint it starts the s3-endpoint beside it. Wall times mean little; their ratio in one run does.
import CBareLoop
import CooperProvider
import CooperTransport
import Glibc

func option(_ name: String) -> String? {
  let arguments = CommandLine.arguments
  return arguments.firstIndex(of: "--" + name).flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
}

let buckets = option("buckets").flatMap(Int.init) ?? 1000
let inFlight = option("in-flight").flatMap(Int.init) ?? 32
let runs = option("runs").flatMap(Int.init) ?? 7
let delay = option("delay-ms").flatMap(Int.init) ?? 0

let subresources = [
  "versioning", "encryption", "publicAccessBlock", "cors", "lifecycle", "policy", "tagging",
]
/// As long as a signed request's; neither endpoint checks them.
let headers = [
  Header("x-amz-content-sha256", String(repeating: "e3b0c442", count: 8)), Header("x-amz-date", "20260101T000000Z"),
  Header(
    "Authorization",
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/s3/aws4_request, SignedHeaders="
      + "host;x-amz-content-sha256;x-amz-date, Signature=" + String(repeating: "01234567", count: 8)),
]

func bucketURL(_ endpoint: String, _ number: Int) -> String {
  let digits = String(number)
  return endpoint + "/bench-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
}

/// So many buckets at a time, each with its requests one after the other.
func forEachBucket(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    for number in 0..<buckets {
      if number >= inFlight { try await group.next() }
      group.addTask { try await body(number) }
    }
    try await group.waitForAll()
  }
}

func newTransport() -> CurlTransport {
  CurlTransport(TransportOptions(parallelism: inFlight, startingParallelism: inFlight))
}

func prepare(_ endpoint: String) async throws {
  let transport = newTransport()
  defer { transport.close() }
  let rule = "<Rule><ID>trim</ID><Filter><Prefix>a/</Prefix></Filter><Status>Enabled</Status></Rule>"
  let document = Array("<Document>\(String(repeating: rule, count: 4))</Document>".utf8)
  try await forEachBucket { number in
    let url = bucketURL(endpoint, number)
    _ = try await transport.send(HTTPRequest(.put, url))
    for sub in subresources {
      let body = sub == "policy" ? Array(#"{"Version":"2012-10-17","Statement":[]}"#.utf8) : document
      _ = try await transport.send(HTTPRequest(.put, "\(url)?\(sub)", body: body))
    }
  }
}

struct WrongAnswer: Error { let status: Int }

func transportLoop(_ endpoint: String) async throws -> Figures {
  try await measured {
    let transport = newTransport()
    try await forEachBucket { number in
      let url = bucketURL(endpoint, number)
      for sub in subresources {
        let reply = try await transport.send(HTTPRequest(.get, url + "?" + sub, headers: headers))
        guard reply.status == 200 else { throw WrongAnswer(status: reply.status) }
      }
    }
    transport.close()
    return (transport.statistics.requests, transport.statistics.connectionsOpened)
  }
}

func bareLoop(_ endpoint: String) async throws -> Figures {
  try await measured {
    var result = bare_loop_result()
    let lines = headers.map { UnsafePointer(strdup("\($0.name): \($0.value)")) }
    let names = subresources.map { UnsafePointer(strdup($0)) }
    let status = bare_loop_run(
      endpoint, Int32(buckets), names, Int32(names.count), lines, Int32(lines.count), Int32(inFlight), &result)
    for text in lines + names { free(UnsafeMutableRawPointer(mutating: text)) }
    guard status == 0, result.failures == 0 else { throw WrongAnswer(status: Int(result.failures)) }
    return (result.requests, result.connections)
  }
}

let own = option("endpoint") == nil ? Endpoint(delayMilliseconds: delay) : nil
guard let endpoint = option("endpoint") ?? own?.url else { fatalError("give --endpoint URL") }
var bare: [Figures] = []
var ours: [Figures] = []
do {
  try await prepare(endpoint)
  for _ in 0..<runs {
    bare.append(try await bareLoop(endpoint))
    ours.append(try await transportLoop(endpoint))
  }
  own?.stop()
} catch {
  own?.stop()
  print("transport-benchmark: \(error)")
  exit(1)
}

func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
func report(_ name: String, _ figures: [Figures]) {
  print(
    "\(name): \(rounded(median(figures.map(\.wall)))) s wall, \(rounded(median(figures.map(\.cpu)))) s CPU,",
    "\(figures[0].requests) requests, \(figures[0].connections) connections")
}
print("\(buckets) buckets × \(subresources.count) reads, \(inFlight) in flight, median of \(runs) runs in turn")
report("bare libcurl loop", bare)
report("CurlTransport    ", ours)
let wall = median(zip(ours, bare).map { $0.wall / $1.wall })
let cpu = median(zip(ours, bare).map { $0.cpu / $1.cpu })
print("ratio: \(rounded(wall)) wall, \(rounded(cpu)) CPU; peak \(rounded(peakMegabytes())) MB in all")
