import CooperProvider

/// What a reply says about sending the same call again, and about the connection it came over.
struct ReplyVerdict: Sendable {
  let connection: String
  /// The region that the call was signed for.
  let region: String
  /// The dialect's conflicts that pass by themselves.
  let passingConflicts: Set<String>

  /// Nil when the procedure shall see the reply.
  func failure(_ reply: Reply, to call: Call, as signedIn: ResolvedCredentials?) -> CallFailure? {
    switch reply.status {
    case 200..<300, 404, 405, 412, 501: return nil
    default: break
    }
    if let redirect = wrongRegion(reply, call) { return redirect }
    let failure = S3Failure.failure(reply, to: call)
    switch failure.kind {
    case .throttled, .unavailable: return failure
    // All others are for the procedure.
    case .conflict: return passingConflicts.contains(failure.code) ? failure : nil
    case .unauthenticated: return unauthenticated(failure, signedIn)
    default: return nil
    }
  }

  /// 301, 307, and a 400 that names another region. A HEAD is left alone: its procedure reads the region header.
  private func wrongRegion(_ reply: Reply, _ call: Call) -> CallFailure? {
    guard call.method != .head else { return nil }
    let error = (try? XMLReader.read(reply.body))?.root
    let isRedirect = [301, 302, 307, 308].contains(reply.status)
    let isMalformedScope = error?.text("Code") == "AuthorizationHeaderMalformed"
    guard isRedirect || isMalformedScope else { return nil }
    let named = reply.header("x-amz-bucket-region") ?? error?.text("Region")
    guard isRedirect || named != nil else { return nil }
    let thing = call.bucket.map { "bucket \($0)" } ?? "the service"
    let way: String
    if let named, named != region {
      way = "\(thing) is in region \(named), not \(region): write  region: \(named)"
    } else {
      // Never followed: credentials go to no other host than the one that the YAML names.
      let other = error?.text("Endpoint") ?? reply.header("Location")?.firstPart ?? "another address"
      way = "the endpoint sends \(thing) on to \(other); nothing is sent there"
    }
    return CallFailure(
      .invalid, code: "AWS0007", "connection \"\(connection)\": \(way)", status: reply.status, call: call.line)
  }

  private func unauthenticated(_ failure: CallFailure, _ signedIn: ResolvedCredentials?) -> CallFailure {
    var failure = failure
    let key = signedIn?.keyField ?? "access.accessKeyId"
    let secret = signedIn?.secretField ?? "access.secretAccessKey"
    let words: String
    switch failure.code {
    case "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException":
      words = "the store does not know the access key of \(key)"
    case "SignatureDoesNotMatch":
      words = "the signature is refused; the secret in \(secret) does not belong to the access key of \(key)"
    case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired":
      words = "the session of \(signedIn?.source ?? "access") has expired; sign in again"
    case "InvalidToken": words = "the session token that goes with \(key) is not valid"
    case "RequestTimeTooSkewed", "RequestExpired":
      words = "this machine's clock is wrong by more than the store accepts (15 minutes); set it, e.g. by NTP"
    default: words = failure.message
    }
    failure.message = "connection \"\(connection)\": \(words) (\(failure.code))"
    return failure
  }
}

extension String {
  /// Scheme and host of a URL, for messages: a query may hold a signature.
  fileprivate var firstPart: String {
    split(separator: "?").first.map { $0.split(separator: "/").prefix(2).joined(separator: "//") } ?? self
  }
}
