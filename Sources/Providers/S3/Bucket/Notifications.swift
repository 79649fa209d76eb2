import CooperModel
import CooperProvider

/// `?notification` (S3 API Reference, PutBucketNotificationConfiguration): one document for all who are told.
///
/// Every configuration is sent with its id, because S3 invents one for those without.
enum S3Notifications: Facet {
  static let schema = Notifications.facet

  static let sub = SubResource(
    name: "notification",
    // moto names one that was never set so.
    document: .xml(root: "NotificationConfiguration", also: "GetBucketNotificationResponse"), absentCodes: [],
    readAction: "s3:GetBucketNotification", writeAction: "s3:PutBucketNotification")

  /// What the wire calls a receiver, by the service in its ARN.
  private struct Receiver {
    var service: String
    var configuration: StaticString
    var arn: StaticString
  }

  private static let receivers = [
    Receiver(service: "sns", configuration: "TopicConfiguration", arn: "Topic"),
    Receiver(service: "sqs", configuration: "QueueConfiguration", arn: "Queue"),
    Receiver(service: "lambda", configuration: "CloudFunctionConfiguration", arn: "CloudFunction"),
  ]

  static func read(_ target: Target) -> any Procedure<Observed<Notifications>> {
    sub.read(target) { (root, _) throws(CallFailure) in
      var model = Notifications()
      var targets: [String: NotificationTarget] = [:]
      for receiver in receivers {
        for element in root.children(receiver.configuration) {
          let id = element.text("Id") ?? ""
          let base = id.isEmpty ? "unnamed-\(targets.count + 1)" : id
          targets[targets[base] == nil ? base : "\(base)#\(targets.count + 1)"] = Self.target(element, receiver)
        }
      }
      if !targets.isEmpty { model.targets = targets }
      // Presence is the value.
      if root.child("EventBridgeConfiguration") != nil { model.eventBridge = true }
      return model == Notifications() ? nil : model
    }
  }

  private static func target(_ element: XMLElement, _ receiver: Receiver) -> NotificationTarget {
    var target = NotificationTarget()
    target.to = element.text(receiver.arn) ?? ""
    target.events = element.children("Event").map(\.text)
    for rule in element.child("Filter")?.child("S3Key")?.children("FilterRule") ?? [] {
      // Names come back in another case and order (aws/aws-cdk#31413).
      switch rule.text("Name")?.lowercased() {
      case "prefix": target.prefix = rule.text("Value")
      case "suffix": target.suffix = rule.text("Value")
      default: break
      }
    }
    return target
  }

  static func canonical(_ model: Notifications, on site: Site) -> Notifications {
    var model = model
    if model.eventBridge == false { model.eventBridge = nil }
    if model.targets?.isEmpty == true { model.targets = nil }
    model.targets = model.targets?.mapValues { target in
      var target = target
      target.events = Set(target.events).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      if target.prefix == "" { target.prefix = nil }
      if target.suffix == "" { target.suffix = nil }
      return target
    }
    return model
  }

  static func write(_ change: FacetChange<Notifications>, on target: Target) throws(CallFailure) -> Effect {
    let body = body(change.after ?? Notifications())
    let procedure =
      change.after == nil || change.after == Notifications()
      ? sub.reset(target, body) : sub.write(target, isKnown: change.before != nil, body)
    return Effect(rank: FacetRank.other, .procedure(procedure))
  }

  private static func body(_ model: Notifications) -> [UInt8] {
    let targets = (model.targets ?? [:]).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    return XMLWriter.document("NotificationConfiguration") { writer in
      for receiver in receivers {
        for (id, target) in targets where service(target.to) == receiver.service {
          writer.element(receiver.configuration) {
            $0.element("Id", id)
            $0.element(receiver.arn, target.to)
            for event in target.events { $0.element("Event", event) }
            filter(target, &$0)
          }
        }
      }
      if model.eventBridge == true { writer.empty("EventBridgeConfiguration") }
    }
  }

  private static func filter(_ target: NotificationTarget, _ writer: inout XMLWriter) {
    guard target.prefix != nil || target.suffix != nil else { return }
    writer.element("Filter") {
      $0.element("S3Key") {
        for (name, text) in [("prefix", target.prefix), ("suffix", target.suffix)] {
          guard let text else { continue }
          $0.element("FilterRule") {
            $0.element("Name", name)
            $0.element("Value", text)
          }
        }
      }
    }
  }

  private static func service(_ arn: String) -> String? {
    arn.split(separator: ":", omittingEmptySubsequences: false).dropFirst(2).first.map(String.init)
  }

  /// Keys of objects go to whoever is told.
  static func risks(_ change: FacetChange<Notifications>, on target: Target) -> [Risk] {
    let had = Set((change.before?.targets ?? [:]).values.map(\.to))
    return (change.after?.targets ?? [:]).sorted { $0.key < $1.key }.compactMap { id, receiver in
      let parts = receiver.to.split(separator: ":", omittingEmptySubsequences: false)
      guard !had.contains(receiver.to), let own = target.site.account, parts.count > 5, !parts[4].isEmpty,
        parts[4] != own
      else { return nil }
      return Risk(.widensAccess, "account \(parts[4]) is told of events and keys (\(id))")
    }
  }
}
