/// The codes of failures that have no answer from a provider, as `CallFailure.code` carries them.
public enum TransportCode {
  public static let resolveFailed = "ResolveFailed"
  public static let connectFailed = "ConnectFailed"
  public static let tlsFailed = "TLSFailed"
  public static let proxyFailed = "ProxyFailed"
  /// A limit on connecting, silence or the whole request passed.
  public static let timeout = "Timeout"
  /// The connection broke while the request was sent or before an answer began.
  public static let connectionLost = "ConnectionLost"
  /// The answer ended before its declared end.
  public static let cutShort = "CutShort"
  public static let bodyTooLarge = "BodyTooLarge"
  public static let headersTooLarge = "HeadersTooLarge"
  /// What came back is no HTTP.
  public static let notHTTP = "NotHTTP"
  public static let invalidRequest = "InvalidRequest"
  /// The task that asked was cancelled.
  public static let cancelled = "Cancelled"
  /// The transport was closed while the request waited or ran.
  public static let closed = "Closed"
}
