internal import CooperModel
internal import CooperSchema

/// A cloud connection of Flowfile (FF-01).
enum FlowfileRegistrationSupport {
  static let support = KindSupport(
    facets: [:], settings: Set(Registration.schema.settings.map(\.name)).union(["authMethod"]))

  /// What Flowfile's entries have besides.
  static let schema: KindSchema = {
    var schema = Registration.schema
    schema.settings.append(
      FieldShape(
        "authMethod", .choice(["aws-cli", "aws_cli", "env_vars", "managed_identity"]),
        summary: "A way to sign in that no identity tells: a profile of the server, its environment, its own identity.",
        example: "aws-cli"))
    return schema
  }()
}
