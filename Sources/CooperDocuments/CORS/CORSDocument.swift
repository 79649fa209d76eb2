internal import CooperModel
internal import CooperSchema

/// CORS rules as the command lines of the stores read them.
public enum CORSDocument {
  /// C-1: what InfinStor's pages need to read objects (IS-12).
  public static let infinstor: DocumentNode = ["CORSRules": [infinstorRule]]
  static let infinstorRule: DocumentNode = [
    "AllowedHeaders": ["*"], "AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "ExposeHeaders": [],
    "MaxAgeSeconds": 3600,
  ]

  static func rules(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    if subject.address.section == Registration.section {
      guard subject.platform?.type == "infinstor" else {
        throw .unfit(
          .cors, subject.address, "of the platforms only InfinStor needs CORS rules", fix: "name the bucket instead")
      }
      return infinstor
    }
    let bucket = try subject.needsBucket()
    guard let value = bucket.facets[CORSRule.facet.name], let rules = try? [CORSRule](value: value) else {
      throw .lacking(subject.address, "CORS rules", fix: "write  cors:  at the bucket")
    }
    switch bucket.flavour {
    case .google: return .list(rules.map(google))
    default: return ["CORSRules": .list(rules.map(s3))]
    }
  }

  /// S3 API Reference, CORSRule.
  private static func s3(_ rule: CORSRule) -> DocumentNode {
    .fields([
      "ID": rule.id.map { .text($0) }, "AllowedHeaders": rule.headers.map { .texts($0) },
      "AllowedMethods": .texts(rule.methods), "AllowedOrigins": .texts(rule.origins),
      "ExposeHeaders": rule.expose.map { .texts($0) }, "MaxAgeSeconds": rule.maxAge.map { .number($0.seconds) },
    ])
  }

  /// Cloud Storage documentation, "CORS configuration"; response headers are those that scripts may read.
  private static func google(_ rule: CORSRule) -> DocumentNode {
    .fields([
      "origin": .texts(rule.origins), "method": .texts(rule.methods),
      "responseHeader": rule.headers == nil && rule.expose == nil
        ? nil
        : .texts(
          ((rule.headers ?? []) + (rule.expose ?? [])).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }),
      "maxAgeSeconds": rule.maxAge.map { .number($0.seconds) },
    ])
  }
}
