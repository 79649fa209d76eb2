import CooperProvider
import CooperSigning
import FoundationEssentials
import Testing

/// A request signed by somebody else, as `Oracles/make_vectors.py` writes it.
struct Fixture: Decodable {
  var name: String?
  var method: String
  var host: String?
  var query: [[String?]]
  var headers: [[String]]
  var body: String
  var token: String?
  var authorization: String?

  // Of the suite that AWS published.
  var canonicalRequest: String?
  var stringToSign: String?

  // Of the requests that botocore signed.
  var s3: Bool?
  var service: String?
  var region: String?
  var key: String?
  var secret: String?
  var time: String?
  var expires: Int?
  var presigned: [[String]]?

  static func load<T: Decodable>(_ file: String, as type: T.Type = T.self, at path: String = #filePath) throws -> T {
    let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    let data = try Data(contentsOf: URL(filePath: folder + "/Fixtures/" + file))
    return try JSONDecoder().decode(type, from: data)
  }

  var items: [QueryItem] { query.compactMap { pair in pair[0].map { QueryItem($0, pair[1]) } } }
  var headerList: [Header] { headers.map { Header($0[0], $0[1]) } }
  var verb: HTTPMethod { HTTPMethod(rawValue: method) ?? .get }
}

extension Fixture {
  private enum CodingKeys: String, CodingKey {
    case name, method, host, query, headers, body, token, authorization, canonicalRequest, stringToSign, s3, service
    case region, key, secret, time, expires, presigned
  }
}

extension [Header] {
  func value(_ name: String) -> String? { first { $0.name == name }?.value }
}
