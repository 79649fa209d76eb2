public enum HTTPMethod: String, Sendable, Hashable {
  case get = "GET"
  case head = "HEAD"
  case put = "PUT"
  case post = "POST"
  case delete = "DELETE"
  case patch = "PATCH"
}

/// A query item; a nil value is sent as a bare name (`?cors`).
public struct QueryItem: Sendable, Hashable {
  public var name: String
  public var value: String?

  public init(_ name: String, _ value: String? = nil) {
    self.name = name
    self.value = value
  }
}

public struct Header: Sendable, Hashable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// What a call needs to be allowed, e.g. `s3:GetLifecycleConfiguration` on `arn:aws:s3:::b`.
public struct Permission: Sendable, Hashable {
  public var action: String
  public var resource: String

  public init(_ action: String, on resource: String) {
    self.action = action
    self.resource = resource
  }
}

/// One request to a provider as a value: plans list it, tests compare it, a connection signs and sends it.
public struct Call: Sendable, Hashable {
  public var method: HTTPMethod
  /// The service in the provider's own terms, e.g. `s3` or `sts`; it selects the endpoint and the signing scope.
  public var service: String
  /// Region for endpoint and signature; nil means the connection's own.
  public var region: String?
  /// The bucket a virtual-host address would carry; it is not part of `path`.
  public var bucket: String?
  /// Path segments behind the bucket, not percent-encoded.
  public var path: [String]
  public var query: [QueryItem]
  public var headers: [Header]
  public var body: [UInt8]
  /// In the place of `body` for one that carries secrets: filled in when it is sent.
  public var secretBody: [BodyPart] = []
  /// All permissions needed; the first is named in messages.
  public var permissions: [Permission]
  /// Sending it twice has the effect of sending it once.
  public var idempotent: Bool
  /// Reads change nothing at the provider; protocols that send all by POST say so of single calls.
  public var reads: Bool { method == .get || method == .head || onlyAsks }
  public var onlyAsks = false

  public init(
    _ method: HTTPMethod, service: String, region: String? = nil, bucket: String? = nil, path: [String] = [],
    query: [QueryItem] = [], headers: [Header] = [], body: [UInt8] = [], permissions: [Permission],
    idempotent: Bool = true
  ) {
    self.method = method
    self.service = service
    self.region = region
    self.bucket = bucket
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.permissions = permissions
    self.idempotent = idempotent
  }
}

/// What came back, whatever its status.
public struct Reply: Sendable, Hashable {
  public var status: Int
  public var headers: [Header]
  public var body: [UInt8]

  public init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first header of that name, without regard to case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.utf8.elementsEqualIgnoringASCIICase(name.utf8) }?.value
  }
}

extension String.UTF8View {
  func elementsEqualIgnoringASCIICase(_ other: String.UTF8View) -> Bool {
    count == other.count
      && zip(self, other).allSatisfy { a, b in
        a == b || ((a ^ b) == 0x20 && (a | 0x20) >= 0x61 && (a | 0x20) <= 0x7a)
      }
  }
}
