import CLibCurl
import CooperProvider

/// A reusable libcurl handle with the transfer it carries; created, used and freed on the loop's thread.
final class EasyHandle {
  /// Whom a connection believes, and as whom it comes; libcurl shares connections only between handles that agree in this.
  struct Trust: Hashable {
    var pem: String?
    var verifies: Bool
    var client: ClientCertificate?
  }

  let curl: UnsafeMutableRawPointer
  var transfer: Transfer?
  /// Place in the loop's list of busy handles.
  var slot = -1

  private let errorText: UnsafeMutablePointer<CChar>
  private let options: TransportOptions
  private var trust: Trust?
  private var holdsBody = false

  init?(_ options: TransportOptions) {
    guard let curl = curl_easy_init() else { return nil }
    self.curl = curl
    self.options = options
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.pointee = 0
    setLasting()
  }

  deinit {
    curl_easy_cleanup(curl)
    errorText.deallocate()
  }

  /// libcurl's own words about the last failure; they name hosts and checks, never headers.
  var lastError: String { String(cString: errorText) }

  func prepare(_ transfer: Transfer, sharing endpoint: Endpoint) {
    self.transfer = transfer
    errorText.pointee = 0
    let request = transfer.request
    cooper_curl_set_text(curl, CURLOPT_URL, transfer.block.url)
    cooper_curl_set_list(curl, CURLOPT_HTTPHEADER, transfer.block.headers)
    setMethod(request)
    apply(Trust(pem: request.caCertificate, verifies: request.verifiesTLS, client: request.clientCertificate))
    // Nil gives the choice back to NO_PROXY.
    cooper_curl_set_text(curl, CURLOPT_NOPROXY, request.bypassesProxies ? "*" : nil)
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connectTimeout))
    set(CURLOPT_TIMEOUT_MS, milliseconds(request.totalTimeout))
    set(CURLOPT_LOW_SPEED_TIME, max(1, Int(request.idleTimeout.rounded(.up))))
    // libcurl repeats any request by itself when a reused connection ends before an answer; a fresh one is never repeated.
    set(CURLOPT_FRESH_CONNECT, request.idempotent ? 0 : 1)
    set(CURLOPT_PIPEWAIT, endpoint.multiplexes == false || !request.idempotent ? 0 : 1)
  }

  func release() {
    transfer = nil
    if holdsBody {
      cooper_curl_set_pointer(curl, CURLOPT_POSTFIELDS, nil)
      holdsBody = false
    }
    cooper_curl_set_list(curl, CURLOPT_HTTPHEADER, nil)
  }

  private func set(_ option: CURLoption, _ value: Int) { cooper_curl_set_long(curl, option, value) }

  private func setLasting() {
    let this = Unmanaged.passUnretained(self).toOpaque()
    cooper_curl_set_pointer(curl, CURLOPT_PRIVATE, this)
    cooper_curl_set_pointer(curl, CURLOPT_WRITEDATA, this)
    cooper_curl_set_pointer(curl, CURLOPT_HEADERDATA, this)
    cooper_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, errorText)
    cooper_curl_set_receiver(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      EasyHandle.deliver(bytes, size * count, context) { $0.receive(body: $1) }
    }
    cooper_curl_set_receiver(curl, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      EasyHandle.deliver(bytes, size * count, context) { $0.receive(headLine: $1) }
    }
    cooper_curl_allow_http_only(curl)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_TCP_NODELAY, 1)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_BUFFERSIZE, 16384)
    set(CURLOPT_PATH_AS_IS, 1)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    set(CURLOPT_LOW_SPEED_LIMIT, 1)
    if let userAgent = options.userAgent { cooper_curl_set_text(curl, CURLOPT_USERAGENT, userAgent) }
  }

  /// Returns anything but the count to make libcurl end the transfer.
  private static func deliver(
    _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
    _ take: (Transfer, UnsafeRawBufferPointer) -> Bool
  ) -> Int {
    guard let context, let transfer = Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue().transfer else {
      return count + 1
    }
    return take(transfer, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : count + 1
  }

  private func setMethod(_ request: HTTPRequest) {
    let method = request.method
    if !request.body.isEmpty || [.put, .post, .patch].contains(method) {
      set(CURLOPT_POST, 1)
      cooper_curl_set_size(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
      request.body.withUnsafeBytes { bytes in
        if let start = bytes.baseAddress, !bytes.isEmpty {
          _ = cooper_curl_set_pointer(curl, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: start))
        } else {
          _ = cooper_curl_set_text(curl, CURLOPT_COPYPOSTFIELDS, "")
        }
      }
      holdsBody = true
      cooper_curl_set_text(curl, CURLOPT_CUSTOMREQUEST, method.rawValue)
    } else if method == .head {
      set(CURLOPT_NOBODY, 1)
      cooper_curl_set_text(curl, CURLOPT_CUSTOMREQUEST, nil)
    } else {
      set(CURLOPT_HTTPGET, 1)
      cooper_curl_set_text(curl, CURLOPT_CUSTOMREQUEST, method == .get ? nil : method.rawValue)
    }
  }

  private func apply(_ wanted: Trust) {
    guard trust != wanted else { return }
    set(CURLOPT_SSL_VERIFYPEER, wanted.verifies ? 1 : 0)
    set(CURLOPT_SSL_VERIFYHOST, wanted.verifies ? 2 : 0)
    if trust == nil, wanted.pem == nil {
      // The built-in store stands unless the options name another.
      if let file = options.trustFile { cooper_curl_set_text(curl, CURLOPT_CAINFO, file) }
      if let directory = options.trustDirectory { cooper_curl_set_text(curl, CURLOPT_CAPATH, directory) }
    } else if trust?.pem != wanted.pem {
      replaceStore(wanted.pem)
    }
    if trust?.client != wanted.client { present(wanted.client) }
    trust = wanted
  }

  /// libcurl keeps copies until the next call; a connection made with one certificate isn't lent to requests with another.
  private func present(_ client: ClientCertificate?) {
    guard let client else {
      cooper_curl_set_blob(curl, CURLOPT_SSLCERT_BLOB, nil, 0)
      cooper_curl_set_blob(curl, CURLOPT_SSLKEY_BLOB, nil, 0)
      return
    }
    var chain = client.chain
    chain.withUTF8 { _ = cooper_curl_set_blob(curl, CURLOPT_SSLCERT_BLOB, $0.baseAddress, $0.count) }
    client.key.withBytes { _ = cooper_curl_set_blob(curl, CURLOPT_SSLKEY_BLOB, $0.baseAddress, $0.count) }
  }

  private func replaceStore(_ pem: String?) {
    guard var pem else {
      cooper_curl_set_blob(curl, CURLOPT_CAINFO_BLOB, nil, 0)
      cooper_curl_set_text(curl, CURLOPT_CAINFO, options.trustFile ?? Self.builtInFile)
      cooper_curl_set_text(curl, CURLOPT_CAPATH, options.trustDirectory ?? Self.builtInDirectory)
      return
    }
    pem.withUTF8 { _ = cooper_curl_set_blob(curl, CURLOPT_CAINFO_BLOB, $0.baseAddress, $0.count) }
    // Else the system's authorities would be believed as well.
    cooper_curl_set_text(curl, CURLOPT_CAINFO, nil)
    cooper_curl_set_text(curl, CURLOPT_CAPATH, nil)
  }

  private static let builtInFile: String? = cooper_curl_built_in_file().map { String(cString: $0) }
  private static let builtInDirectory: String? = cooper_curl_built_in_directory().map { String(cString: $0) }

  /// Zero would mean no limit.
  private func milliseconds(_ seconds: Double) -> Int { max(1, Int((min(seconds, 86_400) * 1000).rounded())) }
}
