public import CooperModel
internal import CooperSchema

/// `apps.cozystack.io/v1alpha1` Bucket in both flavours (CZ-01, CZ-02).
public enum CozystackManifest {
  static func manifest(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    let bucket = try subject.needsBucket()
    guard let value = bucket.facets[CozystackBucket.facet.name], let model = try? CozystackBucket(value: value) else {
      throw .lacking(
        subject.address, "part of Cozystack", fix: "write  cozystack: { namespace: … }, or  as: cosi  for a claim")
    }
    return manifest(name: subject.name, model)
  }

  /// Flavour A has no spec; what nobody wrote is flavour B as soon as one of its fields is there.
  public static func manifest(name: String, _ model: CozystackBucket) -> DocumentNode {
    let users = model.users.map { users in
      DocumentNode.map(
        users.sorted { $0.key < $1.key }.map { name, user in
          .init(name, user.readonly.map { .map([.init("readonly", .flag($0))]) } ?? .map([]))
        })
    }
    let spec: DocumentNode? =
      model.flavour == .a || (model.flavour == nil && users == nil && model.locking == nil && model.storagePool == nil)
      ? nil
      : .fields([
        "locking": model.locking.map { .flag($0) }, "storagePool": model.storagePool.map { .text($0) }, "users": users,
      ])
    return .fields([
      "apiVersion": "apps.cozystack.io/v1alpha1", "kind": "Bucket",
      "metadata": ["name": .text(name), "namespace": .text(model.namespace)], "spec": spec,
    ])
  }
}
