import CooperProvider

/// Builds calls on one bucket, with what every such call carries.
extension Call {
  /// A call on the bucket itself or on one of its sub-resources.
  ///
  /// On AWS it names the account the bucket must belong to, because a deleted name can be taken by somebody else
  /// (S3 User Guide, bucket owner condition); no other store is known to take the header. Actions on objects need
  /// their permission on the objects, which a path or `onObjects` tells.
  static func bucket(
    _ method: HTTPMethod, _ target: Target, query: [QueryItem] = [], path: [String] = [], headers: [Header] = [],
    body: [UInt8] = [], needs actions: String..., onObjects: Bool = false, idempotent: Bool = true
  ) -> Call {
    var headers = headers
    if target.site.type == "aws", let account = target.site.account {
      headers.append(Header("x-amz-expected-bucket-owner", account))
    }
    let resource = path.isEmpty && !onObjects ? target.bucketARN : target.bucketARN + "/*"
    return Call(
      method, service: "s3", region: target.region, bucket: target.name, path: path, query: query, headers: headers,
      body: body, permissions: actions.map { Permission($0, on: resource) }, idempotent: idempotent)
  }
}

extension Target {
  /// The bucket's ARN in the connection's partition.
  var bucketARN: String { bucketARN(of: name) }
  /// The ARN of another bucket there.
  func bucketARN(of name: String) -> String { "arn:\(site.partition):s3:::\(name)" }
  /// True for the service itself, false for stores that speak its protocol.
  var isAWS: Bool { site.isAWS }
}

extension Site {
  /// Amazon's own host, of which all sub-resources are known; an emulator behind type `aws` is none.
  var isAmazon: Bool {
    guard isAWS else { return false }
    // Asked with every write that a plan lists, of one text that all processors share: no part of it is made a text.
    return endpoint.utf8.withContiguousStorageIfAvailable { text in
      let rest = text.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)
      let host = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
      return host.ends(in: ".amazonaws.com") || host.ends(in: ".amazonaws.com.cn") || host.ends(in: ".api.aws")
    } ?? false
  }

  /// True for the service itself, false for stores that speak its protocol.
  var isAWS: Bool { type == "aws" }
}

/// ARNs of buckets as sub-resources name them.
enum BucketARN {
  /// The bucket's name; what is no such ARN is returned as it is.
  static func name(_ arn: String) -> String {
    let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    return parts.count == 6 && parts[0] == "arn" && parts[2] == "s3" ? String(parts[5]) : arn
  }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
  fileprivate func ends(in domain: StaticString) -> Bool {
    suffix(domain.utf8CodeUnitCount).elementsEqual(
      UnsafeBufferPointer(start: domain.utf8Start, count: domain.utf8CodeUnitCount))
  }
}
