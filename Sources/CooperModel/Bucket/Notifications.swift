public import CooperSchema

/// What is told of events in a bucket, and to whom.
public struct Notifications: Modeled {
  /// Presence is the value at S3: an empty element.
  public var eventBridge: Bool?
  public var targets: [String: NotificationTarget]?

  public init() {}

  /// Configurations per bucket (S3 User Guide, event notifications).
  public static let limit = 100

  public static let schema = ObjectSchema<Notifications>(
    "Notifications", "What is told of events, and to whom.",
    [
      .init("eventBridge", \.eventBridge, summary: "Sends all events to EventBridge.", example: "true"),
      .init(
        "targets", \.targets, shape: .map(NotificationTarget.shape, keys: TextRule(lengths: 1...255)),
        summary: "Who is told of which events, by id.",
        example: "{ thumbnails: { to: \"arn:aws:sqs:eu-west-1:111122223333:in\", events: [\"s3:ObjectCreated:*\"] } }"),
    ])

  public static let facet = FacetSchema(
    name: "notifications", shape: shape, summary: "Tells queues, topics and functions of events.",
    example: """
      { targets: { in: { to: "arn:aws:sqs:eu-west-1:111122223333:in", events: ["s3:ObjectCreated:*"] } } }
      """, cleared: .map(ValueMap()), problems: problems)

  @Sendable private static func problems(_ value: Value) -> [FacetProblem] {
    guard let model = try? Notifications(value: value) else { return [] }
    var found: [FacetProblem] = []
    for (id, target) in (model.targets ?? [:]).sorted(by: { $0.key < $1.key }) {
      let path = ["targets", id]
      if !["sqs", "sns", "lambda"].contains(where: { target.to.split(separator: ":").dropFirst(2).first == $0[...] }),
        !target.to.contains("$(")
      {
        found.append(
          FacetProblem(
            path: path + ["to"], code: "NOT0001",
            message: "\(target.to) is no ARN of a queue (sqs), a topic (sns) or a function (lambda)"))
      }
      if target.events.isEmpty {
        found.append(
          FacetProblem(
            path: path + ["events"], code: "NOT0002", message: "a notification needs an event",
            fix: "events: [\"s3:ObjectCreated:*\"]"))
      }
      for (index, event) in target.events.enumerated() where !event.hasPrefix("s3:") {
        found.append(
          FacetProblem(
            path: path + ["events", String(index)], code: "NOT0003", message: "names of events begin with s3:",
            fix: "s3:ObjectCreated:*"))
      }
    }
    if let count = model.targets?.count, count > limit {
      found.append(
        FacetProblem(
          path: ["targets"], code: "NOT0004", message: "\(count) notifications; a bucket holds at most \(limit)"))
    }
    return found
  }
}

/// One who is told of events.
public struct NotificationTarget: Modeled {
  public var to = ""
  public var events: [String] = []
  public var prefix: String?
  public var suffix: String?

  public init() {}

  private static let text = Shape.string(TextRule(lengths: 1...1024))

  public static let schema = ObjectSchema<NotificationTarget>(
    "NotificationTarget", "Who is told of which events.",
    [
      .init(
        required: "to", \.to,
        shape: .string(TextRule(lengths: 1...2048, pattern: "^arn:[^:]*:(sqs|sns|lambda):")),
        summary: "ARN of a queue, topic or function.", example: "arn:aws:sqs:eu-west-1:111122223333:in"),
      .init(
        required: "events", \.events,
        shape: .set(.string(TextRule(lengths: 1...1024, pattern: "^s3:")), identity: []), summary: "Names of events.",
        example: "[\"s3:ObjectCreated:*\"]"),
      .init("prefix", \.prefix, shape: text, summary: "Only keys that begin so.", example: "in/"),
      .init("suffix", \.suffix, shape: text, summary: "Only keys that end so.", example: ".jpg"),
    ])
}
