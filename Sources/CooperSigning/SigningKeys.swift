internal import CooperModel
internal import CooperProvider
internal import Synchronization

/// Where and when a signing key is good: AWS derives one for each day, region and service.
public struct SigningScope: Sendable, Hashable {
  public var region: String
  public var service: String

  public init(region: String, service: String) {
    self.region = region
    self.service = service
  }

  /// `20130524/us-east-1/s3/aws4_request`.
  public func text(on time: SigningTime) -> String { "\(time.date)/\(region)/\(service)/aws4_request" }
}

/// Signing keys derived so far; deriving one takes four HMACs, so each is kept for its day.
public final class SigningKeys: Sendable {
  private struct Entry {
    var fingerprint: [UInt8]
    var day: Int64
    var scope: SigningScope
    var key: HMACKey
  }

  /// One connection signs for a few regions and services; more than that are derived again.
  private static let capacity = 32
  private let entries = Mutex<[Entry]>([])

  public init() {}

  func key(for credentials: AWSCredentials, scope: SigningScope, at time: SigningTime) -> HMACKey {
    let day = time.day
    let known = entries.withLock { entries in
      entries.first { $0.day == day && $0.scope == scope && $0.fingerprint == credentials.fingerprint }?.key
    }
    if let known { return known }
    let key = Self.derive(from: credentials.secretAccessKey, scope: scope, date: time.date)
    entries.withLock { entries in
      if entries.count >= Self.capacity { entries.removeFirst() }
      entries.append(Entry(fingerprint: credentials.fingerprint, day: day, scope: scope, key: key))
    }
    return key
  }

  /// The third stage's key: HMAC of date, region, service and `aws4_request`, each keyed with the one before.
  static func derive(from secret: Secret, scope: SigningScope, date: String) -> HMACKey {
    HMACKey(rawKey(from: secret, scope: scope, date: date))
  }

  static func rawKey(from secret: Secret, scope: SigningScope, date: String) -> [UInt8] {
    var first = Array("AWS4".utf8)
    secret.withBytes { first += $0 }
    defer { for index in first.indices { first[index] = 0 } }
    var key = HMACKey(first).authenticate(Array(date.utf8))
    for part in [scope.region, scope.service, "aws4_request"] {
      key = HMACKey(key).authenticate(Array(part.utf8))
    }
    return key
  }
}
