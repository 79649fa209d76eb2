import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Synchronization

@testable import S3Provider

/// A connection with everything around it given: variables, files, secrets, answers, and a clock.
struct ConnectionWorld {
  var type = "aws"
  var settings: ValueMap = fields(["region": "eu-west-1"])
  var access: ValueMap = fields(["method": "static", "accessKeyId": "env:KEY", "secretAccessKey": "env:SECRET"])
  var variables: [String: String] = [:]
  var files: [String: String] = [:]
  var secrets: [String: String] = ["env:KEY": "AKIDEXAMPLE", "env:SECRET": "secret-canary"]
  /// What programs print, by their words joined by spaces.
  var programs: [String: String] = [:]
  let written = Written()
  var transport = ScriptedTransport(Reply(status: 200))
  var now: @Sendable () -> Double = { 1_369_353_600 }

  var environment: ProviderEnvironment {
    ProviderEnvironment(
      variable: { [variables] in variables[$0] },
      readFile: { [files] path in
        let whole = path.hasPrefix("~/") ? "/home/ana" + path.dropFirst() : path
        return files[whole].map { Array($0.utf8) }
      },
      secret: { [secrets] (reference, field) throws(CallFailure) in
        guard let secret = secrets[reference.string ?? ""] else {
          throw CallFailure(.unauthenticated, code: "SEC0001", "\(field): \(reference.string ?? "?") has no value")
        }
        return Secret(secret)
      }, transport: transport, now: now, homeDirectory: "/home/ana", projectDirectory: "/project",
      output: { [programs] (program) throws(CallFailure) in
        guard let text = programs[program.words.joined(separator: " ")] else {
          throw CallFailure(.unauthenticated, code: "SEC0006", "\(program.words) of \(program.namedIn) fails")
        }
        return Secret(text)
      }, replaceFile: { [written] in written.files[$0] = String(decoding: $1, as: UTF8.self) })
  }

  /// Files that were replaced.
  final class Written: Sendable {
    private let kept = Mutex<[String: String]>([:])
    var files: [String: String] {
      get { kept.withLock { $0 } }
      set { kept.withLock { $0 = newValue } }
    }
  }

  func connect() throws(CallFailure) -> S3Connection { try connect(environment) }

  func connect(_ environment: ProviderEnvironment) throws(CallFailure) -> S3Connection {
    let declaration = ConnectionDeclaration(name: "store", type: type, settings: settings, access: access)
    guard let connection = try S3Provider().connect(declaration, environment: environment) as? S3Connection else {
      throw CallFailure(.invalid, code: "Type", "not an S3 connection")
    }
    return connection
  }
}

/// The fields of a literal; none for anything but a map.
func fields(_ value: Value) -> ValueMap { value.map ?? ValueMap() }

extension Call {
  static let getCORS = Call(
    .get, service: "s3", region: "eu-west-1", bucket: "acme-data", query: [QueryItem("cors")],
    permissions: [Permission("s3:GetBucketCORS", on: "arn:aws:s3:::acme-data")])

  static let putCORS = Call(
    .put, service: "s3", region: "eu-west-1", bucket: "acme-data", query: [QueryItem("cors")],
    body: Array("<CORSConfiguration/>".utf8), permissions: [])
}
