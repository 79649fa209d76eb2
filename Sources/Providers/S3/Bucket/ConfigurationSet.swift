import CooperProvider

/// A sub-resource of several documents, each with an id: inventory, metrics, analytics, tiering.
///
/// A GET without id lists them in pages; each is written and deleted by its id. Every write begins with the listing: a
/// PUT goes only to a store that answers it with the right document, a DELETE only to an id that it has just shown.
struct ConfigurationSet: Sendable {
  /// The document is that of the listing.
  var sub: SubResource
  /// Root of one configuration.
  var element: StaticString

  func list(_ target: Target, after token: String?) -> Call {
    let page = token.map { [QueryItem("continuation-token", $0)] } ?? []
    return .bucket(.get, target, query: [QueryItem(sub.name)] + page, needs: sub.readAction)
  }

  func put(_ target: Target, _ id: String, _ body: [UInt8]) -> Call {
    .bucket(.put, target, query: [QueryItem(sub.name), QueryItem("id", id)], body: body, needs: sub.writeAction)
  }

  func delete(_ target: Target, _ id: String) -> Call {
    .bucket(.delete, target, query: [QueryItem(sub.name), QueryItem("id", id)], needs: sub.writeAction)
  }

  func read<Model: Sendable>(
    _ target: Target, _ decode: @escaping @Sendable (XMLElement, FieldReader) throws(CallFailure) -> Model
  ) -> any Procedure<Observed<[String: Model]>> {
    ListConfigurations(pages: ConfigurationPages(self, target), decode: decode)
  }

  /// Writes what differs and deletes what is gone; a document is made of the id, the model and what the store holds under
  /// that id now.
  func write<Model: Hashable & Sendable>(
    _ change: FacetChange<[String: Model]>, _ target: Target,
    _ document: @escaping @Sendable (String, Model, XMLElement?) -> [UInt8]
  ) -> any Procedure<Void> {
    let before = change.before ?? [:]
    let after = change.after ?? [:]
    let changed = after.filter { before[$0.key] != $0.value }
    return WriteConfigurations(
      pages: ConfigurationPages(self, target),
      puts: changed.keys.sorted().map { id in
        (id, { held in changed[id].map { document(id, $0, held) } ?? [] })
      }, deletions: before.keys.filter { after[$0] == nil }.sorted())
  }
}

/// Reads the listing page by page.
struct ConfigurationPages: Sendable {
  enum Step { case more, end, unsupported(String) }

  let configurations: ConfigurationSet
  let target: Target
  private(set) var found: [String: XMLElement] = [:]
  private var token: String?

  init(_ configurations: ConfigurationSet, _ target: Target) {
    self.configurations = configurations
    self.target = target
  }

  var call: Call { configurations.list(target, after: token) }

  mutating func read(_ reply: Reply) throws(CallFailure) -> Step {
    let call = call
    switch try configurations.sub.look(reply, to: call) {
    case .absent, .json: return .end
    case .unsupported(let reason): return .unsupported(reason)
    case .xml(let root, _):
      for element in root.children where element.isNamed(configurations.element) {
        if let id = element.text("Id") { found[id] = element }
      }
      guard try FieldReader(call: call).flag(root, "IsTruncated") == true else { return .end }
      guard let next = root.text("NextContinuationToken"), !next.isEmpty, next != token else {
        throw CallFailure(
          .protocolBroken, code: "UnreadableReply", "the listing says that there is more, and not where",
          call: call.line)
      }
      token = next
      return .more
    }
  }
}

private struct ListConfigurations<Model: Sendable>: Procedure {
  var pages: ConfigurationPages
  let decode: @Sendable (XMLElement, FieldReader) throws(CallFailure) -> Model

  mutating func next(_ reply: Reply?) -> Step<Observed<[String: Model]>> {
    guard let reply else { return .call(pages.call) }
    do throws(CallFailure) {
      switch try pages.read(reply) {
      case .more: return .call(pages.call)
      case .unsupported(let reason): return .done(.unsupported(reason))
      case .end:
        var models: [String: Model] = [:]
        for (id, element) in pages.found { models[id] = try decode(element, FieldReader(call: pages.call)) }
        return .done(models.isEmpty ? .absent : .present(models))
      }
    } catch {
      return .failed(error)
    }
  }
}

private struct WriteConfigurations: Procedure {
  typealias Put = (id: String, body: @Sendable (XMLElement?) -> [UInt8])

  var pages: ConfigurationPages
  let puts: [Put]
  let deletions: [String]
  private var sent: Call?
  private var rest: [Call] = []

  init(pages: ConfigurationPages, puts: [Put], deletions: [String]) {
    self.pages = pages
    self.puts = puts
    self.deletions = deletions
  }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    guard let reply else { return .call(sent ?? pages.call) }
    do throws(CallFailure) {
      if let sent {
        let failure = 200..<300 ~= reply.status ? nil : S3Failure.failure(reply, to: sent)
        // Gone in the meantime is what a deletion wants.
        if let failure, !(sent.method == .delete && failure.code == "NoSuchConfiguration") { throw failure }
        return advance()
      }
      switch try pages.read(reply) {
      case .more: return .call(pages.call)
      case .unsupported(let reason):
        throw CallFailure(
          .unsupported, code: "NotSupported", reason, status: reply.status, call: pages.call.line)
      case .end:
        rest = calls {
          pages.found[$0]
        } isThere: {
          pages.found[$0] != nil
        }
        return advance()
      }
    } catch {
      return .failed(error)
    }
  }

  private mutating func advance() -> Step<Void> {
    guard !rest.isEmpty else { return .done(()) }
    let call = rest.removeFirst()
    sent = call
    return .call(call)
  }

  private func calls(_ held: (String) -> XMLElement?, isThere: (String) -> Bool) -> [Call] {
    puts.map { pages.configurations.put(pages.target, $0.id, $0.body(held($0.id))) }
      + deletions.filter(isThere).map { pages.configurations.delete(pages.target, $0) }
  }

  var plannedCalls: [Call] {
    [pages.call]
      + calls { _ in
        nil
      } isThere: { _ in
        true
      }
  }
}
