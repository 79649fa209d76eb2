public import CooperModel
internal import CooperSchema

/// COSI's claim, accesses and classes, in the two published versions, which share few fields (systems.md section 5).
public enum COSIManifests {
  static let group = "objectstorage.k8s.io/"

  static func manifests(of subject: DocumentSubject) throws(DocumentProblem) -> [DocumentNode] {
    let bucket = try subject.needsBucket()
    guard let value = bucket.facets[COSIBucket.facet.name], let model = try? COSIBucket(value: value) else {
      throw .lacking(
        subject.address, "part of COSI", fix: "write  cosi: { namespace: …, bucketClass: … }, or  as: kubernetes")
    }
    // Cozystack has v1alpha1.
    let version = model.version ?? .v1alpha1
    var nodes: [DocumentNode] = []
    if let driver = subject.driver {
      if let name = model.bucketClass { nodes.append(bucketClass(name, driver: driver, version)) }
      let names = Set((model.access ?? [:]).values.map(\.accessClass)).sorted()
      nodes += names.map { accessClass($0, driver: driver, version) }
    }
    nodes.append(claim(subject.name, model, version))
    for (name, access) in (model.access ?? [:]).sorted(by: { $0.key < $1.key }) {
      nodes.append(self.access(name, access, claim: subject.name, model.namespace, version))
    }
    return nodes
  }

  public static func claim(_ name: String, _ model: COSIBucket, _ version: COSIBucket.Version) -> DocumentNode {
    let bucketClass = model.bucketClass.map { DocumentNode.text($0) }
    let existing = model.existingBucket.map { DocumentNode.text($0) }
    let spec = DocumentNode.fields([
      "bucketClassName": bucketClass, "existingBucketName": existing, "protocols": ["S3"],
    ])
    return object("BucketClaim", name, model.namespace, version, spec)
  }

  public static func access(
    _ name: String, _ access: COSIAccess, claim: String, _ namespace: String, _ version: COSIBucket.Version
  ) -> DocumentNode {
    let account = access.serviceAccount.map { DocumentNode.text($0) }
    let spec: DocumentNode =
      switch version {
      case .v1alpha1:
        .fields([
          "bucketClaimName": .text(claim), "bucketAccessClassName": .text(access.accessClass),
          "credentialsSecretName": .text(access.secret), "protocol": "S3", "serviceAccountName": account,
        ])
      case .v1alpha2:
        .fields([
          "bucketClaims": [
            [
              "bucketClaimName": .text(claim), "accessMode": .text((access.mode ?? .readWrite).rawValue),
              "accessSecretName": .text(access.secret),
            ]
          ], "bucketAccessClassName": .text(access.accessClass), "protocol": "S3", "serviceAccountName": account,
        ])
      }
    return object("BucketAccess", name, namespace, version, spec)
  }

  /// Data stays when the claim goes: the safe choice.
  public static func bucketClass(_ name: String, driver: String, _ version: COSIBucket.Version) -> DocumentNode {
    let fields: [DocumentNode.Field] = [.init("driverName", .text(driver)), .init("deletionPolicy", "Retain")]
    return clusterObject("BucketClass", name, version, fields)
  }

  public static func accessClass(_ name: String, driver: String, _ version: COSIBucket.Version) -> DocumentNode {
    clusterObject(
      "BucketAccessClass", name, version, [.init("driverName", .text(driver)), .init("authenticationType", "Key")])
  }

  private static func object(
    _ kind: String, _ name: String, _ namespace: String, _ version: COSIBucket.Version, _ spec: DocumentNode
  ) -> DocumentNode {
    [
      "apiVersion": .text(group + version.rawValue), "kind": .text(kind),
      "metadata": ["name": .text(name), "namespace": .text(namespace)], "spec": spec,
    ]
  }

  /// Classes belong to the cluster; v1alpha1 has their fields at the top.
  private static func clusterObject(
    _ kind: String, _ name: String, _ version: COSIBucket.Version, _ fields: [DocumentNode.Field]
  ) -> DocumentNode {
    let head: [DocumentNode.Field] = [
      .init("apiVersion", .text(group + version.rawValue)), .init("kind", .text(kind)),
      .init("metadata", ["name": .text(name)]),
    ]
    return .map(head + (version == .v1alpha1 ? fields : [.init("spec", .map(fields))]))
  }
}
