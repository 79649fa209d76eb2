import CLibCurl

extension CurlTransport {
  /// libcurl and the libraries in it, e.g. `libcurl/8.14.1 OpenSSL/3.5.4 nghttp2/1.64.0`.
  public static var libraryVersion: String { curl_version().map { String(cString: $0) } ?? "libcurl" }
}
