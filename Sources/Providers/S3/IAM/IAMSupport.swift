import CooperModel
import CooperProvider
import CooperSchema

/// What of IAM can live on a connection of type aws.
enum IAMSupport {
  /// Roles and users of IAM; only with an account is an ARN known beforehand.
  static let identities: KindSupport = {
    var support = KindSupport(
      facets: [
        "trust": .supported, "maxSession": .supported, "permissions": .supported, "policies": .supported,
        "permissionsBoundary": .supported, "instanceProfile": .supported, "tags": .supported,
      ],
      settings: ["description", "type", "connection", "identityName", "path", "keys", "deletion", "origin"],
      nameProblem: { RoleName.problem($0) }, variants: ["role", "accessKey"], scope: ["type"],
      outputs: [
        "arn": { facts in
          guard let account = facts.connection["account"]?.string else { return nil }
          return IAMPrincipal.arn(
            facts.settings["type"]?.string == "accessKey" ? .user : .role, facts.name,
            path: facts.settings["path"]?.string, account: account,
            partition: AWSPartition(region: facts.region).rawValue)
        }
      ])
    support.sized = { IAMSizes.documents($0) }
    support.given = { IAMName.given($0, ["role": ["type": "role"], "user": ["type": "accessKey"]]) }
    return support
  }()
  static let policies: KindSupport = {
    var support = KindSupport(
      facets: ["document": .supported, "tags": .supported],
      settings: ["description", "connection", "policyName", "path", "deletion", "origin"], required: ["document"],
      nameProblem: { IAMName.policyProblem($0) },
      outputs: [
        "arn": { facts in
          guard let account = facts.connection["account"]?.string else { return nil }
          return IAMName.arn(
            "policy", facts.name, path: facts.settings["path"]?.string, account: account,
            partition: AWSPartition(region: facts.region).rawValue)
        }
      ])
    support.given = { IAMName.given($0, ["policy": ValueMap()]) }
    return support
  }()
}
