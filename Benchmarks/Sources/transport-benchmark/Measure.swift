import Glibc

/// Wall and processor time of one run, in seconds.
struct Figures {
  var wall: Double
  var cpu: Double
  var requests: Int
  var connections: Int
}

func measured(_ run: () async throws -> (requests: Int, connections: Int)) async rethrows -> Figures {
  let cpu = processorSeconds()
  let start = ContinuousClock.now
  let (requests, connections) = try await run()
  let wall = (ContinuousClock.now - start) / .seconds(1)
  return Figures(wall: wall, cpu: processorSeconds() - cpu, requests: requests, connections: connections)
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Largest resident size of this process so far, in MB.
func peakMegabytes() -> Double { Double(usage().ru_maxrss) / 1024 }

private func processorSeconds() -> Double {
  let used = usage()
  func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
  return seconds(used.ru_utime) + seconds(used.ru_stime)
}

private func usage() -> rusage {
  var used = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &used)
  return used
}
