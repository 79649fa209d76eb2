import CooperProvider
import CooperSigning

/// Where calls go: a function of the connection's settings and of the call.
struct S3Addressing: Sendable, Hashable {
  enum Style: Sendable, Hashable {
    /// `https://host/bucket/key`
    case path
    /// `https://bucket.host/key`
    case virtualHost
  }

  /// An endpoint of one's own; nil means AWS.
  let endpoint: S3Endpoint?
  /// An endpoint for STS alone.
  let tokenEndpoint: S3Endpoint?
  /// STS of older regions is asked at its one global address, as `AWS_STS_REGIONAL_ENDPOINTS=legacy` wants.
  let usesGlobalTokenService: Bool
  let style: Style
  /// The connection's region.
  let region: String?
  /// Where nearly all calls go: S3 in the connection's region.
  private let home: S3Endpoint

  init(
    endpoint: S3Endpoint?, tokenEndpoint: S3Endpoint?, usesGlobalTokenService: Bool = false, style: Style,
    region: String?
  ) {
    self.endpoint = endpoint
    self.tokenEndpoint = tokenEndpoint
    self.usesGlobalTokenService = usesGlobalTokenService
    self.style = style
    self.region = region
    home = endpoint ?? Self.amazon("s3", in: region ?? AWSPartition(region: nil).homeRegion)
  }

  /// Host and path of a call, unencoded.
  struct Place: Sendable, Hashable {
    var scheme: String
    var authority: String
    var path: [String]
  }

  /// The region a call is signed for.
  func region(of call: Call) -> String {
    // IAM has one endpoint for each partition, signed for the partition's first region.
    if call.service == "iam" { return AWSPartition(region: call.region ?? region).homeRegion }
    let region = call.region ?? region ?? AWSPartition(region: nil).homeRegion
    return isGlobal(call, region) ? AWSPartition.aws.homeRegion : region
  }

  private func isGlobal(_ call: Call, _ region: String) -> Bool {
    usesGlobalTokenService && call.service == "sts" && endpoint == nil && tokenEndpoint == nil
      && Self.legacyTokenRegions.contains(region)
  }

  /// AWS SDKs and Tools Reference Guide, "AWS STS Regional endpoints".
  private static let legacyTokenRegions: Set<String> = [
    "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1",
    "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
  ]

  func place(of call: Call) -> Place {
    let base = base(of: call)
    guard let bucket = call.bucket else { return Place(base, path: call.path) }
    if style == .virtualHost, base.canCarry(bucket) {
      return Place(
        scheme: base.scheme, authority: bucket + "." + base.authority, path: base.path + call.path)
    }
    return Place(base, path: [bucket] + call.path)
  }

  private func base(of call: Call) -> S3Endpoint {
    if call.service == "s3", endpoint != nil || call.region == nil || call.region == region { return home }
    if call.service == "sts", let tokenEndpoint { return tokenEndpoint }
    if let endpoint { return endpoint }
    let region = region(of: call)
    let isGlobal = call.service == "sts" && isGlobal(call, call.region ?? self.region ?? region)
    return isGlobal
      ? S3Endpoint(scheme: "https", authority: "sts." + AWSPartition.aws.domain)
      : Self.amazon(call.service, in: region)
  }

  private static func amazon(_ service: String, in region: String) -> S3Endpoint {
    let partition = AWSPartition(region: region)
    let host =
      switch (service, partition) {
      case ("iam", .aws): "iam"
      case ("iam", .government): "iam.us-gov"
      default: service + "." + region
      }
    return S3Endpoint(scheme: "https", authority: host + "." + partition.domain)
  }
}

extension S3Addressing.Place {
  fileprivate init(_ base: S3Endpoint, path: [String]) {
    self.init(scheme: base.scheme, authority: base.authority, path: base.path + path)
  }
}

extension S3Endpoint {
  /// A dot in the bucket's name would leave the wildcard certificate `*.host` (S3 User Guide, virtual hosting); upper
  /// case and underscores of legacy names are no host names.
  fileprivate func canCarry(_ bucket: String) -> Bool {
    !takesNoSubdomain
      && bucket.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
  }
}
