internal import ArgumentParser
internal import CooperConfig
internal import CooperDiagnostics
internal import CooperModel
internal import CooperProvider
internal import CooperSchema
internal import CooperSecrets

/// What the commands on sealed secrets share: the project's texts, fields and keys.
struct SecretsDesk {
  let session: Session
  let project: String
  let texts: [SourceText]
  let resolver: SecretResolver
  let types: Set<String>

  /// Reads the project even with errors in it, as a plain secret that is to be sealed is one; leaves with 65 when there is
  /// nothing to read.
  init(_ session: Session) throws {
    self.session = session
    let loaded = session.loader.validate(try session.loadRequest())
    guard let configuration = loaded.value?.first, !configuration.project.isEmpty else {
      session.output.note(TextReport(SourceMap(), colour: session.output.colorsError).render(loaded.diagnostics))
      throw Exit.invalidConfiguration
    }
    project = configuration.project
    // Files of variables are among the sources and are no files of the project.
    texts = configuration.sources.all.filter { (try? session.projectFiles.read($0.name)) == $0.bytes }
    resolver = session.secrets(of: project)
    types = Set(session.registry.catalog.connectionTypes.keys)
  }

  func place(_ field: String) -> SealedPlace { SealedPlace(project: project, field: field) }

  /// Leaves with 64 when no schema has a secret there.
  func checkField(_ field: String) throws {
    let patterns = secretFieldPatterns(session.registry.catalog)
    guard !patterns.contains(where: { fits(field, $0) }) else { return }
    session.output.note("error: \(field) is no field that takes a secret")
    // Compared as if every pattern were about this very connection or resource.
    let parts = field.split(separator: ".", omittingEmptySubsequences: false)
    let name = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : "NAME"
    let known = patterns.map { $0.map { $0 == "*" ? name : $0 }.joined(separator: ".") }
    if let match = closestMatch(to: field, in: known) {
      session.output.note("  did you mean  \(match)?")
    } else if let first = known.first {
      session.output.note("  one is written  \(first)")
    }
    throw Exit.usage
  }

  /// The one text in a field, in one file if given; leaves with 1 when there is none or more.
  func text(at field: String, file: String?) throws -> (source: SourceText, text: FieldText) {
    var found: [(SourceText, FieldText)] = []
    for source in texts where file == nil || source.name == file {
      for text in fieldTexts(in: source, types: types) where text.field == field { found.append((source, text)) }
    }
    if found.count == 1 { return found[0] }
    if found.isEmpty {
      session.output.note("error: there is no text at \(field)" + (file.map { " in \($0)" } ?? ""))
    } else {
      session.output.note("error: \(field) is written in several places; name one by  --file")
      for (source, text) in found { session.output.note("  \(source.name):\(text.range.start.line)") }
    }
    throw Exit.failed
  }

  /// The keys of this user; leaves with 1 when there is none, or one can't be read.
  func keys() throws -> [SealingKey] {
    do throws(CallFailure) {
      let keys = try resolver.sealingKeys()
      guard keys.isEmpty else { return keys }
    } catch {
      throw failed(error)
    }
    session.output.note("error SEC0012: there is no sealing key\n  make one:  cooper secrets keygen")
    throw Exit.failed
  }

  /// The key that a reference on the command line names.
  func key(_ reference: String) throws -> SealingKey {
    guard let parsed = SecretReference(text: reference), !reference.hasPrefix(SealedText.scheme) else {
      session.output.note("error: a key is named by  env:NAME  or  file:PATH")
      throw Exit.usage
    }
    do throws(CallFailure) { return try resolver.sealingKey(parsed) } catch { throw failed(error) }
  }

  func failed(_ failure: CallFailure) -> ExitCode {
    session.output.note("error \(failure.code): \(failure.message)")
    return Exit.failed
  }

  func write(_ files: [(name: String, bytes: [UInt8])]) throws {
    do throws(FileReplacement.Failure) {
      try FileReplacement.replace(files.map { (session.projectFiles.path($0.name), $0.bytes) })
    } catch {
      session.output.note("error: \(error.description)")
      throw Exit.failed
    }
  }
}
