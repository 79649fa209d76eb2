internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// FF-05: the storage browser is the only call by which Flowfile tells whether an entry works.
enum FlowfileBrowse {
  /// A bucket of S3, a container of Azure, a bucket of Google, each in Flowfile's own scheme; one level is listed.
  static func look(_ target: Target) -> LiveLook {
    LiveLook(name: "browse", look: browse(target))
  }

  private static func browse(_ target: Target) -> any Procedure<String> {
    guard let bucket = RelatedBucket(target.related["bucket"]), let name = bucket.name.string else {
      return Immediate(failing: CallFailure(.unavailable, code: "PLT0017", "the bucket's name is known after apply"))
    }
    let scheme =
      switch bucket.family {
      case .azure: "az"
      case .google: "gs"
      default: "s3"
      }
    let call = Call(
      .get, service: "Flowfile", path: ["storage_browser", "cloud"],
      query: [
        QueryItem("path", "\(scheme)://\(name)"), QueryItem("connection_name", target.name),
        QueryItem("page_size", "1"),
      ], permissions: [])
    return SingleCall(call) { (reply) throws(CallFailure) in
      guard reply.status == 200 else { throw failure(reply, call) }
      guard try reply.json(to: call).map != nil else { throw .ofPlatform(reply, to: call, message: "no listing") }
      return "Flowfile lists \(scheme)://\(name) through the entry"
    }
  }

  /// The body's `detail` is a text, or a document with `error_code` and words.
  static func failure(_ reply: Reply, _ call: Call) -> CallFailure {
    let detail = (try? ValueJSON.decode(reply.body))?["detail"]
    guard let code = detail?["error_code"]?.string else {
      return .ofPlatform(reply, to: call, message: FlowfileEntry.words(reply))
    }
    let known: [String: String] = [
      "ACCESS_DENIED": "the store refuses the entry's identity", "PATH_NOT_FOUND": "the bucket is not there",
      "CONNECTION_NOT_FOUND": "Flowfile has no entry of that name for this user",
      "BROWSE_UNSUPPORTED_AUTH": "Flowfile can't browse with this way to sign in",
      "PROVIDER_TIMEOUT": "the store did not answer Flowfile in time",
    ]
    let words = known[code] ?? (detail?["message"]?.string ?? "Flowfile can't look through the entry")
    return .ofPlatform(reply, to: call, message: "\(words) (\(code))")
  }
}
