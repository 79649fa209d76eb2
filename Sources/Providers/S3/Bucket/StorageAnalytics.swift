import CooperModel
import CooperProvider

/// `?analytics` (S3 API Reference, PutBucketAnalyticsConfiguration).
enum S3StorageAnalytics: Facet {
  static let schema = StorageAnalytics.facet

  static let configurations = ConfigurationSet(
    sub: SubResource(
      name: "analytics",
      document: .xml(root: "ListBucketAnalyticsConfigurationResult", also: "ListBucketAnalyticsConfigurationsResult"),
      absentCodes: ["NoSuchConfiguration"], readAction: "s3:GetAnalyticsConfiguration",
      writeAction: "s3:PutAnalyticsConfiguration"), element: "AnalyticsConfiguration")

  static func read(_ target: Target) -> any Procedure<Observed<[String: StorageAnalytics]>> {
    configurations.read(target) { (element, _) throws(CallFailure) in
      var model = StorageAnalytics()
      let filter = ObjectFilter(element.child("Filter"))
      (model.prefix, model.tags) = (filter.prefix, filter.tags)
      let place = destination(element)
      model.exportBucket = place?.text("Bucket").map(BucketARN.name)
      model.exportPrefix = place?.text("Prefix")
      return model
    }
  }

  private static func destination(_ element: XMLElement?) -> XMLElement? {
    element?.child("StorageClassAnalysis")?.child("DataExport")?.child("Destination")?.child("S3BucketDestination")
  }

  static func canonical(_ model: [String: StorageAnalytics], on site: Site) -> [String: StorageAnalytics] {
    model.mapValues { one in
      var one = one
      let filter = ObjectFilter(prefix: one.prefix, tags: one.tags).canonical
      (one.prefix, one.tags) = (filter.prefix, filter.tags)
      if one.exportPrefix == "" { one.exportPrefix = nil }
      return one
    }
  }

  /// The account that must own the destination is not managed, and taken over.
  static func write(
    _ change: FacetChange<[String: StorageAnalytics]>, on target: Target
  ) throws(CallFailure) -> Effect {
    let procedure = configurations.write(change, target) { id, model, held in
      XMLWriter.document("AnalyticsConfiguration") {
        $0.element("Id", id)
        let filter = ObjectFilter(prefix: model.prefix, tags: model.tags)
        if !filter.isEmpty { filter.write(&$0) }
        $0.element("StorageClassAnalysis") {
          guard let bucket = model.exportBucket else { return }
          let arn = target.bucketARN(of: bucket)
          $0.element("DataExport") {
            $0.element("OutputSchemaVersion", "V_1")
            $0.element("Destination") {
              $0.element("S3BucketDestination") {
                $0.element("Format", "CSV")
                if let place = destination(held), place.text("Bucket") == arn,
                  let account = place.text("BucketAccountId")
                {
                  $0.element("BucketAccountId", account)
                }
                $0.element("Bucket", arn)
                if let prefix = model.exportPrefix { $0.element("Prefix", prefix) }
              }
            }
          }
        }
      }
    }
    return Effect(rank: FacetRank.other, .procedure(procedure))
  }
}
