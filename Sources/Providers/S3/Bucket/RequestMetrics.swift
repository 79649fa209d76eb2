import CooperModel
import CooperProvider

/// `?metrics` (S3 API Reference, PutBucketMetricsConfiguration).
enum S3RequestMetrics: Facet {
  static let schema = RequestMetrics.facet

  static let configurations = ConfigurationSet(
    sub: SubResource(
      name: "metrics", document: .xml(root: "ListMetricsConfigurationsResult"), absentCodes: ["NoSuchConfiguration"],
      readAction: "s3:GetMetricsConfiguration", writeAction: "s3:PutMetricsConfiguration"),
    element: "MetricsConfiguration")

  static func read(_ target: Target) -> any Procedure<Observed<[String: RequestMetrics]>> {
    configurations.read(target) { (element, _) throws(CallFailure) in
      var model = RequestMetrics()
      let filter = ObjectFilter(element.child("Filter"))
      (model.prefix, model.tags, model.accessPoint) = (filter.prefix, filter.tags, filter.accessPoint)
      return model
    }
  }

  static func canonical(_ model: [String: RequestMetrics], on site: Site) -> [String: RequestMetrics] {
    model.mapValues { one in
      var one = one
      let filter = ObjectFilter(prefix: one.prefix, tags: one.tags).canonical
      (one.prefix, one.tags) = (filter.prefix, filter.tags)
      return one
    }
  }

  static func write(_ change: FacetChange<[String: RequestMetrics]>, on target: Target) throws(CallFailure) -> Effect {
    let procedure = configurations.write(change, target) { id, model, _ in
      XMLWriter.document("MetricsConfiguration") {
        $0.element("Id", id)
        let filter = ObjectFilter(prefix: model.prefix, tags: model.tags, accessPoint: model.accessPoint)
        if !filter.isEmpty { filter.write(&$0) }
      }
    }
    return Effect(rank: FacetRank.other, .procedure(procedure))
  }
}
