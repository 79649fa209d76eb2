import CooperModel
import CooperProvider
import CooperSchema

/// One document that a resource is written by: read, compared with what the plan saw, merged, written.
struct ArmDocument: Sendable {
  var read: Call
  var type: String
  /// Codes of 404 that mean: there is none yet.
  var absentCodes: Set<String> = []
  /// What of it is configuration; the rest may move without anybody's doing.
  var configuration: @Sendable (Value) -> Value
  /// The call that writes; nil when there is nothing to do. Both documents are whole; `etag` is that of the one just read.
  var write: @Sendable (_ current: Value?, _ etag: String?) throws(CallFailure) -> Call?
  /// A write that may go on after its answer.
  var isLong = false

  /// What a reply says of the document: its ETag where the provider gives one, else a digest of what is configured.
  func revision(of reply: Reply) -> String? {
    if reply.status == 404, absentCodes.contains(AzureFailure.failure(reply, to: read).code) { return "none" }
    guard let document = try? ArmReply.resource(reply, type, to: read) else { return nil }
    let basis = Self.etag(reply, document).map { Value.string($0) } ?? configuration(document)
    return String(Digest.sha256Hex(ValueJSON.encode(basis, pretty: false)).prefix(10))
  }

  static func etag(_ reply: Reply, _ document: Value?) -> String? {
    let etag = reply.header("ETag") ?? document?["etag"]?.string
    return etag.flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// Writes documents one after the other; each is read first, so that what Cooper doesn't manage is carried through, and a
/// document that moved since the plan was made is not written over.
struct DocumentWrites: Procedure {
  private enum Phase {
    case reading
    case writing(Call)
    case running(LongRunning)
  }

  private let site: Site
  private let documents: [(document: ArmDocument, expected: String?)]
  private var index = 0
  private var phase = Phase.reading

  /// `expected` is the revision that the plan saw; nil where it saw none.
  init(_ documents: [(document: ArmDocument, expected: String?)], on site: Site) {
    self.documents = documents
    self.site = site
  }

  /// As if nothing were there.
  var plannedCalls: [Call] {
    documents.flatMap { step in
      [step.document.read] + ((try? step.document.write(nil, nil)).flatMap { $0 }.map { [$0] } ?? [])
    }
  }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    guard index < documents.count else { return .done(()) }
    let step = documents[index]
    do throws(CallFailure) {
      switch phase {
      case .reading:
        guard let reply else { return .call(step.document.read) }
        return try written(step, reply)
      case .writing(let call):
        guard let reply else { return .call(call) }
        _ = try reply.succeeded(call)
        return advance()
      case .running(var running):
        let state = running.next(reply)
        phase = .running(running)
        switch state {
        case .call(let call): return .call(call)
        case .wait(let duration): return .wait(duration)
        case .failed(let failure): return .failed(failure)
        case .done: return advance()
        }
      }
    } catch {
      return .failed(error)
    }
  }

  private mutating func written(
    _ step: (document: ArmDocument, expected: String?), _ reply: Reply
  ) throws(CallFailure) -> Step<Void> {
    let document = step.document
    let isAbsent =
      reply.status == 404 && document.absentCodes.contains(AzureFailure.failure(reply, to: document.read).code)
    let current = isAbsent ? nil : try ArmReply.resource(reply, document.type, to: document.read)
    if let expected = step.expected, let now = document.revision(of: reply), now != expected {
      throw CallFailure(
        .stale, code: "PreconditionFailed",
        "\(document.type) has revision \(now), and had \(expected) when the plan was made; nothing of it was written",
        status: 412, call: document.read.line)
    }
    guard let call = try document.write(current, ArmDocument.etag(reply, current)) else { return advance() }
    phase = document.isLong ? .running(LongRunning(call, on: site)) : .writing(call)
    return next(nil)
  }

  private mutating func advance() -> Step<Void> {
    index += 1
    phase = .reading
    return next(nil)
  }
}

/// Reads the revisions of several documents and joins them; nil when one can't be read.
struct DocumentRevision: Procedure {
  private let documents: [ArmDocument]
  private var parts: [String] = []

  init(_ documents: [ArmDocument]) { self.documents = documents }

  mutating func next(_ reply: Reply?) -> Step<String?> {
    if let reply {
      guard let part = documents[parts.count].revision(of: reply) else { return .done(nil) }
      parts.append(part)
    }
    return parts.count < documents.count ? .call(documents[parts.count].read) : .done(parts.joined(separator: "."))
  }

  /// The parts of such a text; as many nils when it isn't one.
  static func parts(of revision: String?, count: Int) -> [String?] {
    let parts = (revision ?? "").split(separator: ".").map(String.init)
    return parts.count == count ? parts : Array(repeating: nil, count: count)
  }
}
