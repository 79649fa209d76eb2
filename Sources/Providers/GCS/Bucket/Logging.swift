import CooperModel
import CooperProvider
import CooperSchema

/// `logging`; the service fills the prefix with the bucket's own name (hashicorp/terraform-provider-google#1905).
enum GCSLogging: Facet {
  static let schema = AccessLogging.facet

  static func read(_ target: Target) -> any Procedure<Observed<AccessLogging>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      guard let logging = try document.object("logging", of: call), let bucket = try logging.text("logBucket", of: call)
      else { return nil }
      return AccessLogging(bucket: bucket, prefix: try logging.text("logObjectPrefix", of: call))
    }
  }

  static func canonical(_ model: AccessLogging, on site: Site) -> AccessLogging {
    var model = model
    if model.prefix == "" { model.prefix = nil }
    return model
  }

  static func comparable(_ observed: AccessLogging, to desired: AccessLogging, on target: Target) -> AccessLogging {
    var observed = observed
    if desired.prefix == nil, observed.prefix == target.name { observed.prefix = nil }
    return observed
  }

  static func write(_ change: FacetChange<AccessLogging>, on target: Target) -> Effect {
    guard let logging = change.after, let bucket = logging.bucket else {
      return BucketPatch(["logging": .null]).effect()
    }
    let prefix = logging.prefix ?? target.name
    return BucketPatch(["logging": ["logBucket": .string(bucket), "logObjectPrefix": .string(prefix)]]).effect()
  }
}
