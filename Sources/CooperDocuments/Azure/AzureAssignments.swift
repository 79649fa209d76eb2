internal import CooperModel
internal import CooperSchema

/// Role assignments on containers: each is a scope and the body of Azure's Role Assignments - Create (FB-33).
public enum AzureAssignments {
  /// A role that Azure has itself (Azure documentation, "Azure built-in roles for Storage").
  struct Role: Hashable {
    var name: String
    var id: String

    static let reader = Role(name: "Storage Blob Data Reader", id: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1")
    static let contributor = Role(name: "Storage Blob Data Contributor", id: "ba92f5b4-2d11-453d-a403-e96b0029c9fe")
    static let owner = Role(name: "Storage Blob Data Owner", id: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b")

    init(name: String, id: String) {
      self.name = name
      self.id = id
    }

    /// For the words of `allow:`; Azure has no role for copying alone.
    init(_ level: Grant.Level) {
      self =
        switch level {
        case .readOnly: .reader
        case .readWrite, .backup, .replicate: .contributor
        case .admin: .owner
        }
    }
  }

  static func assignments(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    var made: [DocumentNode] = []
    if subject.address.section == Registration.section {
      // FB-33: the vendor's object id isn't published, so it is that of the identity.
      let bucket = try subject.needsBucket()
      made.append(try assignment(.contributor, bucket, prefix: nil, to: try principal(subject.needsIdentity())))
    }
    for grant in subject.grants where grant.bucket.flavour == .azure {
      for role in try roles(grant) {
        for principal in grant.principals {
          made.append(try assignment(role, grant.bucket, prefix: grant.prefix, to: try id(of: principal, grant)))
        }
      }
    }
    guard !made.isEmpty else {
      throw .lacking(subject.address, "right at Azure", fix: "write a grant on a bucket of type azure")
    }
    return .list(made)
  }

  private static func roles(_ grant: DocumentSubject.Grant) throws(DocumentProblem) -> [Role] {
    if let word = grant.allow.string, let level = Grant.Level(rawValue: word) { return [Role(level)] }
    let known: [Role] = [.reader, .contributor, .owner]
    var roles: [Role] = []
    for name in (grant.allow.list ?? []).flatMap({ $0["actions"]?.list?.compactMap(\.string) ?? [] }) {
      guard let role = known.first(where: { $0.name == name || $0.id == name }) else {
        throw .unfit(
          .roleAssignments, Address(Grant.section, grant.name),
          "an assignment gives a role, and \(name) is none of Azure's",
          fix: "write one of: " + known.map(\.name).joined(separator: ", "))
      }
      roles.append(role)
    }
    return roles
  }

  private static func assignment(
    _ role: Role, _ bucket: BucketFacts, prefix: String?, to principal: String
  ) throws(DocumentProblem) -> DocumentNode {
    guard let place = bucket.azure, let subscription = place.subscription, let group = place.resourceGroup else {
      throw .lacking(bucket.address, "subscription and resource group", fix: "write them at its connection and account")
    }
    let account =
      "/subscriptions/\(subscription)/resourceGroups/\(group)/providers/Microsoft.Storage/storageAccounts/\(place.account)"
    return [
      "scope": .text("\(account)/blobServices/default/containers/\(try bucket.knownName())"),
      "properties": .fields([
        "roleDefinitionId": .text(
          "/subscriptions/\(subscription)/providers/Microsoft.Authorization/roleDefinitions/\(role.id)"),
        "principalId": .text(principal), "description": .text(role.name),
        "condition": prefix.map { .text(AzureCondition.below($0, writes: role != .reader)) },
        "conditionVersion": prefix.map { _ in .text(AzureCondition.version) },
      ]),
    ]
  }

  private static func id(
    of principal: DocumentSubject.Principal, _ grant: DocumentSubject.Grant
  ) throws(DocumentProblem) -> String {
    switch principal {
    case .azure(let id): return id
    case .identity(let identity): return try Self.principal(identity)
    case .aws, .service, .google:
      throw .unfit(
        .roleAssignments, Address(Grant.section, grant.name), "a principal of another cloud has no object id at Azure",
        fix: "write  azure: OBJECT-ID")
    }
  }

  private static func principal(_ identity: IdentityFacts) throws(DocumentProblem) -> String {
    guard let id = identity.objectId else {
      throw .lacking(identity.address, "object id", fix: "write  objectId:  at the identity")
    }
    return id
  }
}
