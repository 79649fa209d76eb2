import CooperProvider
import Synchronization

extension HTTPRequest {
  /// The id of the key that signed it.
  var accessKeyId: String? {
    header("Authorization").flatMap { value in
      value.split(separator: "Credential=").last?.split(separator: "/").first.map(String.init)
    }
  }

  private func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Counts from any thread.
final class Counter: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }

  /// Returns the value before.
  func increment() -> Int {
    count.withLock { count in
      count += 1
      return count - 1
    }
  }
}
