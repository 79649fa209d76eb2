/// A part of AWS with accounts, names and signatures of its own (AWS Fault Isolation Boundaries, "Partitions").
enum AWSPartition: String, Sendable, CaseIterable {
  case aws
  case china = "aws-cn"
  case government = "aws-us-gov"

  /// Known by the region's prefix; nil and unknown regions are in the commercial partition.
  init(region: String?) {
    switch region {
    case let name? where name.hasPrefix("cn-"): self = .china
    case let name? where name.hasPrefix("us-gov-"): self = .government
    default: self = .aws
    }
  }

  /// The second part of an ARN; nil for a partition that isn't known here, and for what is no ARN.
  init?(arn: String) {
    let parts = arn.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "arn" else { return nil }
    self.init(rawValue: String(parts[1]))
  }

  var domain: String { self == .china ? "amazonaws.com.cn" : "amazonaws.com" }

  /// Where a connection that names no region signs in.
  var homeRegion: String {
    switch self {
    case .aws: "us-east-1"
    case .china: "cn-north-1"
    case .government: "us-gov-west-1"
    }
  }

  /// Bucket names are unique within a partition, so that is what tells two stores apart, whatever their region.
  var storeEndpoint: String { "https://s3.\(homeRegion).\(domain)" }
}
