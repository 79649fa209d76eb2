import CooperModel
import CooperProvider

/// `?inventory` (S3 API Reference, PutBucketInventoryConfiguration).
enum S3Inventory: Facet {
  static let schema = Inventory.facet

  static let configurations = ConfigurationSet(
    sub: SubResource(
      name: "inventory",
      // moto's own name for it is not taken: there a DELETE of an inventory deletes the bucket.
      document: .xml(root: "ListInventoryConfigurationsResult"),
      absentCodes: ["NoSuchConfiguration"], readAction: "s3:GetInventoryConfiguration",
      writeAction: "s3:PutInventoryConfiguration"), element: "InventoryConfiguration")

  static func read(_ target: Target) -> any Procedure<Observed<[String: Inventory]>> {
    configurations.read(target) { (element, fields) throws(CallFailure) in
      var model = Inventory()
      model.enabled = try fields.flag(element, "IsEnabled")
      model.prefix = element.child("Filter")?.text("Prefix")
      model.versions = try fields.word(element, "IncludedObjectVersions") { text in
        switch text {
        case "All": .all
        case "Current": .current
        default: nil as Inventory.Versions?
        }
      }
      model.fields = element.child("OptionalFields")?.children("Field").map(\.text)
      if let schedule = element.child("Schedule") {
        model.schedule =
          try fields.word(schedule, "Frequency") { Inventory.Schedule(rawValue: $0.lowercased()) } ?? .daily
      }
      if let place = destination(element) {
        model.bucket = place.text("Bucket").map(BucketARN.name) ?? ""
        model.destinationPrefix = place.text("Prefix")
        model.format = try fields.word(place, "Format") { Inventory.Format(rawValue: $0) } ?? .csv
      }
      return model
    }
  }

  private static func destination(_ element: XMLElement?) -> XMLElement? {
    element?.child("Destination")?.child("S3BucketDestination")
  }

  static func canonical(_ model: [String: Inventory], on site: Site) -> [String: Inventory] {
    model.mapValues { one in
      var one = one
      if one.enabled == true { one.enabled = nil }
      if one.versions == .current { one.versions = nil }
      if one.prefix == "" { one.prefix = nil }
      if one.destinationPrefix == "" { one.destinationPrefix = nil }
      let fields = Set(one.fields ?? []).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      one.fields = fields.isEmpty ? nil : fields
      return one
    }
  }

  /// Encryption of the lists and the account that must own the destination are not managed, and taken over.
  static func write(_ change: FacetChange<[String: Inventory]>, on target: Target) throws(CallFailure) -> Effect {
    let procedure = configurations.write(change, target) { id, model, held in
      XMLWriter.document("InventoryConfiguration") { writer in
        writer.element("Destination") {
          $0.element("S3BucketDestination") { write(model, destination(held), target, &$0) }
        }
        writer.element("IsEnabled", model.enabled ?? true)
        if let prefix = model.prefix { writer.element("Filter") { $0.element("Prefix", prefix) } }
        writer.element("Id", id)
        writer.element("IncludedObjectVersions", model.versions == .all ? "All" : "Current")
        if let fields = model.fields {
          writer.element("OptionalFields") { for field in fields { $0.element("Field", field) } }
        }
        writer.element("Schedule") { $0.element("Frequency", model.schedule == .daily ? "Daily" : "Weekly") }
      }
    }
    return Effect(rank: FacetRank.other, .procedure(procedure))
  }

  private static func write(_ model: Inventory, _ held: XMLElement?, _ target: Target, _ writer: inout XMLWriter) {
    let arn = target.bucketARN(of: model.bucket)
    if let account = held?.text("AccountId"), held?.text("Bucket") == arn { writer.element("AccountId", account) }
    writer.element("Bucket", arn)
    if let encryption = held?.child("Encryption") {
      writer.element("Encryption") {
        if let key = encryption.child("SSE-KMS")?.text("KeyId") {
          $0.element("SSE-KMS") { $0.element("KeyId", key) }
        } else if encryption.child("SSE-S3") != nil {
          $0.empty("SSE-S3")
        }
      }
    }
    writer.element("Format", model.format.rawValue)
    if let prefix = model.destinationPrefix { writer.element("Prefix", prefix) }
  }
}
