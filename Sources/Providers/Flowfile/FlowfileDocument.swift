internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// A cloud connection with the fields of FF-10; secrets are references.
struct FlowfileDocument: SchemaValue {
  static let secrets = [
    "aws_access_key_id", "aws_secret_access_key", "azure_account_key", "azure_client_secret",
    "gcs_service_account_key",
  ]

  static let texts = [
    "storage_type", "auth_method", "aws_region", "aws_role_arn", "azure_account_name", "azure_tenant_id",
    "azure_client_id", "gcs_project_id", "endpoint_url",
  ]
  static let flags = ["aws_allow_unsafe_html", "verify_ssl"]

  static let shape = Shape.object(
    ObjectShape(
      "FlowfileCloudConnection", summary: "A cloud connection of Flowfile.",
      fields: texts.map { FieldShape($0, .string(.any), summary: "Flowfile's \($0).") }
        + flags.map { FieldShape($0, .bool, summary: "Flowfile's \($0).") }
        + secrets.map { FieldShape($0, .secret, sensitivity: .writeOnly, summary: "Flowfile's \($0).") }))

  var value: Value
  init(value: Value) { self.value = value }

  /// What the list says of an entry; fields of others and empty ones stay out.
  init(listed entry: Value) {
    var map = ValueMap()
    for name in Self.texts where entry[name]?.string?.isEmpty == false { map[name] = entry[name] }
    for name in Self.flags { if case .bool? = entry[name] { map[name] = entry[name] } }
    value = .map(map)
  }

  static func compose(_ composition: Composition) throws(CallFailure) -> Value {
    let target = composition.target
    guard let bucket = RelatedBucket(target.related["bucket"]),
      let identity = RelatedIdentity(target.related["identity"])
    else {
      throw .unfitForPlatform(target.address, "a cloud connection needs a bucket and an identity", fix: "name both")
    }
    var map = try signIn(bucket, identity, target)
    map["endpoint_url"] = bucket.endpoint
    map["verify_ssl"] = true
    if bucket.speaksS3 {
      // FF-17: plain HTTP, not a matter of certificates.
      map["aws_allow_unsafe_html"] = .bool(bucket.allowsPlainHTTP)
      guard let region = bucket.signingRegion else {
        throw .unfitForPlatform(target.address, "Flowfile needs a region (FF-13)", fix: "write  region:  at the bucket")
      }
      map["aws_region"] = region
    }
    return .map(map)
  }

  /// FF-11 … FF-13: the server takes any pair, and fails when the entry is used.
  private static func signIn(
    _ bucket: RelatedBucket, _ identity: RelatedIdentity, _ target: Target
  ) throws(CallFailure) -> ValueMap {
    let storage = bucket.speaksS3 ? "s3" : bucket.family == .azure ? "adls" : bucket.family == .google ? "gcs" : ""
    guard !storage.isEmpty else {
      throw .unfitForPlatform(
        target.address, "Flowfile reaches no directory", fix: "name a bucket of S3, Google or Azure")
    }
    let method = method(storage, identity, target)
    guard let method, pairs[storage]?.contains(method) == true else {
      throw .unfitForPlatform(
        target.address, "Flowfile can't sign in at \(storage) by \(method ?? identity.variant) (FF-12)",
        fix: "it takes there: " + (pairs[storage] ?? []).joined(separator: ", "))
    }
    var map: ValueMap = ["storage_type": .string(storage), "auth_method": .string(method)]
    func need(_ field: String, _ value: Value?, _ fix: String) throws(CallFailure) {
      guard let value, value != .null else {
        throw .unfitForPlatform(target.address, "\(method) needs \(field) (FF-13)", fix: fix)
      }
      map[field] = value
    }
    if storage == "adls" {
      try need("azure_account_name", bucket.account.map { .string($0) }, "write  account:  at the bucket")
    }
    switch (storage, method) {
    case ("s3", "access_key"):
      try need("aws_access_key_id", identity.reference("accessKeyId"), "name an identity of type accessKey")
      try need("aws_secret_access_key", identity.reference("secretAccessKey"), "name an identity of type accessKey")
    case ("s3", "iam_role"): try need("aws_role_arn", identity.arn, "write  account:  at the role's connection")
    case ("adls", "access_key"):
      try need("azure_account_key", identity.reference("secretAccessKey"), "name an identity of type accessKey")
    case ("adls", "service_principal"):
      let tenant = identity.related.connection["tenant"] ?? bucket.related.connection["tenant"]
      try need("azure_tenant_id", tenant, "write  tenant:  at the connection")
      try need("azure_client_id", identity.related.settings["clientId"], "write  clientId:  at the identity")
      try need("azure_client_secret", identity.reference("clientSecret"), "write  clientSecret:  at the identity")
    case ("adls", "sas_token"):
      // The server would take it, and fail when the entry is used.
      throw .unfitForPlatform(
        target.address, "sas_token needs azure_sas_token (FF-13), and no identity holds one",
        fix: "take authMethod out, and name an identity of type accessKey or servicePrincipal")
    case ("gcs", "service_account"):
      try need("gcs_service_account_key", identity.related.settings["key"], "write  key:  at the identity")
    default: break
    }
    if storage == "gcs" { map["gcs_project_id"] = bucket.related.connection["project"] }
    return map
  }

  private static let pairs = [
    "s3": ["access_key", "iam_role", "aws-cli", "env_vars"],
    "adls": ["access_key", "service_principal", "managed_identity", "sas_token"],
    "gcs": ["service_account", "env_vars"],
  ]

  /// The method that is asked for, or follows from the identity.
  static func method(_ storage: String, _ identity: RelatedIdentity, _ target: Target) -> String? {
    // FF-11: older text has an underscore, which the server refuses.
    target.settings["authMethod"]?.string.map { $0 == "aws_cli" ? "aws-cli" : $0 } ?? derived(storage, identity)
  }

  private static func derived(_ storage: String, _ identity: RelatedIdentity) -> String? {
    switch (storage, identity.variant) {
    case ("s3", "accessKey"), ("s3", "bucketUser"), ("adls", "accessKey"): "access_key"
    case ("s3", "role"): "iam_role"
    case ("adls", "servicePrincipal"): "service_principal"
    case ("adls", "external"): "managed_identity"
    case ("gcs", "serviceAccount"): identity.hasGoogleKey ? "service_account" : "env_vars"
    default: nil
    }
  }
}
