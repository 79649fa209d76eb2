import CooperModel
import CooperProvider
import CooperSchema

/// `?intelligent-tiering` (S3 API Reference, PutBucketIntelligentTieringConfiguration).
enum S3IntelligentTiering: Facet {
  static let schema = IntelligentTiering.facet

  static let configurations = ConfigurationSet(
    sub: SubResource(
      name: "intelligent-tiering",
      document: .xml(
        root: "ListBucketIntelligentTieringConfigurationsOutput", also: "ListIntelligentTieringConfigurationsResult"),
      absentCodes: ["NoSuchConfiguration"], readAction: "s3:GetIntelligentTieringConfiguration",
      writeAction: "s3:PutIntelligentTieringConfiguration"), element: "IntelligentTieringConfiguration")

  static func read(_ target: Target) -> any Procedure<Observed<[String: IntelligentTiering]>> {
    configurations.read(target) { (element, fields) throws(CallFailure) in
      var model = IntelligentTiering()
      let filter = ObjectFilter(element.child("Filter"))
      model.prefix = filter.prefix
      model.tags = filter.tags
      model.enabled = try fields.word(element, "Status") { text in
        switch text {
        case "Enabled": true
        case "Disabled": false
        default: nil as Bool?
        }
      }
      for tier in element.children("Tiering") {
        let days = try fields.integer(tier, "Days").map { TimeSpan.days($0) }
        switch tier.text("AccessTier") {
        case "ARCHIVE_ACCESS": model.archiveAfter = days
        case "DEEP_ARCHIVE_ACCESS": model.deepArchiveAfter = days
        default: break
        }
      }
      return model
    }
  }

  static func canonical(_ model: [String: IntelligentTiering], on site: Site) -> [String: IntelligentTiering] {
    model.mapValues { one in
      var one = one
      if one.enabled == true { one.enabled = nil }
      let filter = ObjectFilter(prefix: one.prefix, tags: one.tags).canonical
      (one.prefix, one.tags) = (filter.prefix, filter.tags)
      return one
    }
  }

  static func write(
    _ change: FacetChange<[String: IntelligentTiering]>, on target: Target
  ) throws(CallFailure) -> Effect {
    let procedure = configurations.write(change, target) { id, model, _ in
      XMLWriter.document("IntelligentTieringConfiguration") {
        $0.element("Id", id)
        let filter = ObjectFilter(prefix: model.prefix, tags: model.tags)
        if !filter.isEmpty { filter.write(&$0) }
        $0.element("Status", model.enabled == false ? "Disabled" : "Enabled")
        for (tier, after) in [("ARCHIVE_ACCESS", model.archiveAfter), ("DEEP_ARCHIVE_ACCESS", model.deepArchiveAfter)] {
          guard let after else { continue }
          $0.element("Tiering") {
            $0.element("Days", after.seconds / 86_400)
            $0.element("AccessTier", tier)
          }
        }
      }
    }
    return Effect(rank: FacetRank.other, .procedure(procedure))
  }
}
