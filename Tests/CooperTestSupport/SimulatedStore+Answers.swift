internal import CooperProvider

/// The S3 API as far as buckets and their sub-resources go (S3 API Reference, Actions).
extension SimulatedStore {
  static func line(_ call: Call) -> String {
    let query = call.query.map { item in item.value.map { "\(item.name)=\($0)" } ?? item.name }.joined(separator: "&")
    return "\(call.method.rawValue) \(call.bucket ?? "")" + (query.isEmpty ? "" : "?" + query)
  }

  static func error(_ status: Int, _ code: String) -> Reply {
    let text = "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>\(code)</Message></Error>"
    return Reply(status: status, headers: [Header("Content-Type", "application/xml")], body: Array(text.utf8))
  }

  /// What each sub-resource answers when it was never set; nil: an empty document.
  private static let missing: [String: String] = [
    "cors": "NoSuchCORSConfiguration", "lifecycle": "NoSuchLifecycleConfiguration", "policy": "NoSuchBucketPolicy",
    "encryption": "ServerSideEncryptionConfigurationNotFoundError", "tagging": "NoSuchTagSet",
    "publicAccessBlock": "NoSuchPublicAccessBlockConfiguration", "ownershipControls": "OwnershipControlsNotFoundError",
  ]

  /// Roots of the documents that answer for those without a code.
  private static let unset: [String: String] = [
    "versioning": "VersioningConfiguration", "logging": "BucketLoggingStatus",
    "notification": "NotificationConfiguration",
  ]

  /// Shown by reads for this long after a write when they are stale.
  static let staleSeconds = 3.0

  func answer(_ call: Call, at now: Double, stale: Bool) -> Reply {
    withState { state in
      state.log.append(Self.line(call))
      guard let name = call.bucket else { return Self.list(state, now, stale) }
      if !call.path.isEmpty { return Self.object(call, name, &state) }
      let sub = call.query.first { $0.value == nil || $0.value?.isEmpty == true }?.name
      if let sub, sub != "delete" { return Self.document(call, name, sub, &state, now, stale) }
      return Self.bucket(call, name, &state, now)
    }
  }

  /// A stale listing lacks what was made a moment ago.
  private static func list(_ state: State, _ now: Double, _ stale: Bool) -> Reply {
    let listed = state.buckets.filter { name, _ in
      !stale || now - (state.createdAt[name] ?? 0) >= staleSeconds
    }
    let buckets = listed.sorted { $0.key < $1.key }.map {
      "<Bucket><Name>\($0.key)</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate>"
        + "<BucketRegion>\($0.value.region)</BucketRegion></Bucket>"
    }
    let text =
      "<?xml version=\"1.0\"?><ListAllMyBucketsResult><Owner><ID>o</ID></Owner><Buckets>\(buckets.joined())</Buckets>"
      + "</ListAllMyBucketsResult>"
    return Reply(status: 200, body: Array(text.utf8))
  }

  private static func bucket(_ call: Call, _ name: String, _ state: inout State, _ now: Double) -> Reply {
    guard let bucket = state.buckets[name] else {
      if call.method == .put {
        state.createdAt[name] = now
        return create(call, name, &state)
      }
      return error(404, "NoSuchBucket")
    }
    switch call.method {
    case .head: return Reply(status: 200, headers: [Header("x-amz-bucket-region", bucket.region)])
    case .put: return error(409, "BucketAlreadyOwnedByYou")
    case .delete:
      if bucket.objects > 0 { return error(409, "BucketNotEmpty") }
      state.buckets[name] = nil
      state.writes = state.writes.filter { !$0.key.hasPrefix(name + "?") }
      return Reply(status: 204)
    case .post:
      state.destroyedObjects += bucket.objects
      state.buckets[name]?.objects = 0
      return Reply(status: 200, body: Array("<DeleteResult/>".utf8))
    default: return objects(call, bucket)
    }
  }

  private static func create(_ call: Call, _ name: String, _ state: inout State) -> Reply {
    let body = String(decoding: call.body, as: UTF8.self)
    var region = "us-east-1"
    if let open = body.firstRange(of: "<LocationConstraint>"), let close = body.firstRange(of: "</LocationConstraint>")
    {
      region = String(body[open.upperBound..<close.lowerBound])
    }
    state.buckets[name] = Bucket(region: region, documents: [:], objects: 0, wasCreated: true)
    state.creates[name, default: 0] += 1
    return Reply(status: 200)
  }

  /// `GET ?list-type=2` or `?versions`: as many objects as are there, all on one page.
  private static func objects(_ call: Call, _ bucket: Bucket) -> Reply {
    let versions = call.query.contains { $0.name == "versions" }
    let uploads = call.query.contains { $0.name == "uploads" }
    if uploads {
      return Reply(
        status: 200,
        body: Array("<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>".utf8))
    }
    let root = versions ? "ListVersionsResult" : "ListBucketResult"
    let tag = versions ? "Version" : "Contents"
    let items = (0..<bucket.objects).map {
      "<\(tag)><Key>k\($0)</Key><VersionId>null</VersionId><IsLatest>true</IsLatest><Size>10</Size></\(tag)>"
    }
    let text =
      "<\(root)><IsTruncated>false</IsTruncated><KeyCount>\(bucket.objects)</KeyCount>\(items.joined())</\(root)>"
    return Reply(status: 200, body: Array(text.utf8))
  }

  private static func object(_ call: Call, _ name: String, _ state: inout State) -> Reply {
    guard state.buckets[name] != nil else { return error(404, "NoSuchBucket") }
    if call.method == .delete, let bucket = state.buckets[name], bucket.objects > 0 {
      state.buckets[name]?.objects -= 1
      state.destroyedObjects += 1
    }
    return Reply(status: 204)
  }

  private static func document(
    _ call: Call, _ name: String, _ sub: String, _ state: inout State, _ now: Double, _ stale: Bool
  ) -> Reply {
    guard let bucket = state.buckets[name] else { return error(404, "NoSuchBucket") }
    if sub == "versions" || sub == "uploads" { return objects(call, bucket) }
    let key = "\(name)?\(sub)"
    switch call.method {
    case .get:
      var document = bucket.documents[sub]
      if stale, let write = state.writes[key], now - write.at < staleSeconds { document = write.before }
      if let document { return Reply(status: 200, body: document) }
      if let code = missing[sub] { return error(404, code) }
      let root = unset[sub] ?? "Empty"
      return Reply(status: 200, body: Array("<\(root)/>".utf8))
    case .put:
      state.writes[key] = Write(before: bucket.documents[sub], at: now)
      state.buckets[name]?.documents[sub] = call.body
      return Reply(status: 200)
    case .delete:
      state.writes[key] = Write(before: bucket.documents[sub], at: now)
      state.buckets[name]?.documents[sub] = nil
      return Reply(status: 204)
    default: return error(405, "MethodNotAllowed")
    }
  }
}
