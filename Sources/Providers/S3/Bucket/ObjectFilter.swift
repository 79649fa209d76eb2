import CooperModel
import CooperProvider

/// Which objects a configuration is about; replication, tiering, metrics and analytics share its form (S3 API Reference,
/// e.g. MetricsFilter). A condition alone stands by itself, two or more stand in `And`.
struct ObjectFilter: Sendable, Hashable {
  var prefix: String?
  var tags: Tags?
  /// ARN; of metrics alone.
  var accessPoint: String?

  init(prefix: String? = nil, tags: Tags? = nil, accessPoint: String? = nil) {
    self.prefix = prefix
    self.tags = tags
    self.accessPoint = accessPoint
  }

  /// An `And` around one condition is read as well.
  init(_ filter: XMLElement?) {
    let places = [filter, filter?.child("And")].compactMap { $0 }
    prefix = places.lazy.compactMap { $0.text("Prefix") }.first
    accessPoint = places.lazy.compactMap { $0.text("AccessPointArn") }.first
    var tags: Tags = [:]
    for tag in places.flatMap({ $0.children("Tag") }) { tags[tag.text("Key") ?? ""] = tag.text("Value") ?? "" }
    self.tags = tags
  }

  /// An empty prefix and no tags are no condition.
  var canonical: ObjectFilter {
    ObjectFilter(
      prefix: prefix == "" ? nil : prefix, tags: tags?.isEmpty == true ? nil : tags, accessPoint: accessPoint)
  }

  var isEmpty: Bool { canonical == ObjectFilter() }

  /// The element with its conditions; without any, an empty prefix, which says that everything is meant.
  func write(_ writer: inout XMLWriter) {
    let tags = (tags ?? [:]).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    let count = (prefix == nil ? 0 : 1) + tags.count + (accessPoint == nil ? 0 : 1)
    func conditions(_ writer: inout XMLWriter) {
      if let prefix { writer.element("Prefix", prefix) } else if count == 0 { writer.element("Prefix", "") }
      for tag in tags {
        writer.element("Tag") {
          $0.element("Key", tag.key)
          $0.element("Value", tag.value)
        }
      }
      if let accessPoint { writer.element("AccessPointArn", accessPoint) }
    }
    writer.element("Filter") { if count > 1 { $0.element("And") { conditions(&$0) } } else { conditions(&$0) } }
  }
}
