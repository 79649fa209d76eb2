import CLibCurl
public import CooperProvider

/// What a single request without credentials shows of the way to an endpoint, part by part.
public struct EndpointLook: Sendable, Hashable {
  /// Seconds that each part took; nil where it wasn't reached.
  public var resolved: Double?
  public var connected: Double?
  /// Nil over plain HTTP too.
  public var secured: Double?
  public var answered: Double?
  /// True as well where TLS failed behind it.
  public var isConnected = false
  public var certificate: ServerCertificate?
  /// The status of the answer, or why there was none.
  public var outcome: Result<Int, CallFailure>
}

/// What a server's certificate says of itself, in its own words.
public struct ServerCertificate: Sendable, Hashable {
  public var subject: String
  public var issuer: String
  /// Seconds since 1970; nil where the date can't be read.
  public var expires: Double?
}

extension EndpointLook {
  /// Sends the request over a connection of its own and waits for the end; it blocks the thread that asks.
  public static func at(_ request: HTTPRequest, _ options: TransportOptions) -> EndpointLook {
    let nothing = CallFailure(.unavailable, code: TransportCode.closed, "libcurl can't start")
    let transfer: Transfer
    do throws(CallFailure) { transfer = try Transfer(request) } catch { return EndpointLook(outcome: .failure(error)) }
    guard let handle = EasyHandle(options) else { return EndpointLook(outcome: .failure(nothing)) }
    handle.prepare(transfer, sharing: Endpoint(transfer.endpoint, limit: AdaptiveLimit()))
    defer { handle.release() }
    cooper_curl_set_long(handle.curl, CURLOPT_CERTINFO, 1)
    let outcome = handle.outcome(curl_easy_perform(handle.curl))
    var look = EndpointLook(outcome: .failure(nothing))
    switch outcome {
    case .reply(let status, _, _): look.outcome = .success(status)
    case .failure(let failure): look.outcome = .failure(failure)
    }
    // libcurl counts each from the beginning (curl_easy_getinfo(3)).
    func seconds(_ info: CURLINFO) -> Double? {
      let time = cooper_curl_get_size(handle.curl, info)
      return time > 0 ? Double(time) / 1_000_000 : nil
    }
    let (name, connection, tls) = (
      seconds(CURLINFO_NAMELOOKUP_TIME_T), seconds(CURLINFO_CONNECT_TIME_T), seconds(CURLINFO_APPCONNECT_TIME_T)
    )
    look.resolved = name
    look.connected = connection.map { $0 - (name ?? 0) }
    look.secured = tls.map { $0 - (connection ?? 0) }
    look.answered = (try? look.outcome.get()) == nil ? nil : seconds(CURLINFO_STARTTRANSFER_TIME_T)
    // libcurl forgets the times of a connection that it gave up, and keeps whom it had reached.
    look.isConnected = connection != nil || cooper_curl_get_long(handle.curl, CURLINFO_PRIMARY_PORT) > 0
    look.certificate = ServerCertificate(handle.curl)
    return look
  }

  private init(outcome: Result<Int, CallFailure>) { self.outcome = outcome }
}

extension ServerCertificate {
  /// Nil over plain HTTP, and where libcurl's TLS tells nothing.
  fileprivate init?(_ curl: UnsafeMutableRawPointer) {
    var fields: [String: String] = [:]
    var node = cooper_curl_server_certificate(curl)
    while let entry = node {
      defer { node = entry.pointee.next.map { UnsafePointer($0) } }
      guard let data = entry.pointee.data else { continue }
      let line = String(cString: data)
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[String(line[..<colon])] = String(line[line.index(after: colon)...])
    }
    guard let subject = fields["Subject"], let issuer = fields["Issuer"] else { return nil }
    self.init(subject: subject, issuer: issuer, expires: fields["Expire date"].flatMap(Self.seconds))
  }

  /// `Nov 29 14:06:46 2026 GMT`, as OpenSSL writes times.
  static func seconds(_ text: String) -> Double? {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let words = text.split(separator: " ")
    guard words.count == 5, words[4] == "GMT", let month = months.firstIndex(of: String(words[0])),
      let day = Int(words[1]), let year = Int(words[3])
    else { return nil }
    let clock = words[2].split(separator: ":").compactMap { Int($0) }
    guard clock.count == 3 else { return nil }
    // Days from a year that begins in March (Hinnant, days_from_civil).
    let shifted = month < 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * ((month + 10) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    return Double(days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2])
  }
}
