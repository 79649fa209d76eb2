public import CooperDiagnostics

/// A new text of one file in which sealed secrets are sealed with another key, and everything else is as it was.
public struct SealedRotation: Sendable {
  /// A sealed text that stays as it is, and why.
  public struct Refusal: Error, Sendable {
    public var field: String
    public var line: Int
    public var problem: SealedText.Problem?

    /// The problem in words; nil stands for a text that can't be replaced where it is written.
    public var isUnwritable: Bool { problem == nil }
  }

  public var bytes: [UInt8]
  /// What was sealed anew: field and line.
  public var changed: [(field: String, line: Int)] = []
  public var refused: [Refusal] = []

  /// Seals every sealed text of a file with `key`; those that are already are left alone.
  public init(_ source: SourceText, project: String, types: Set<String>, from keys: [SealingKey], to key: SealingKey) {
    bytes = source.bytes
    var places: [Range<Int>: [FieldText]] = [:]
    for text in fieldTexts(in: source, types: types) where text.text.hasPrefix(SealedText.scheme) {
      places[text.bytes, default: []].append(text)
    }
    // From the end, so that what stands in front keeps its place.
    for (range, texts) in places.sorted(by: { $0.key.lowerBound > $1.key.lowerBound }) {
      let line = Int(texts[0].range.start.line)
      do throws(Refusal) {
        guard let new = try Self.sealedAnew(texts, project, keys + [key], key) else { continue }
        guard let literal = Self.place(of: texts[0].text, in: range, of: source.bytes) else {
          throw Refusal(field: texts[0].field, line: line, problem: nil)
        }
        bytes.replaceSubrange(literal, with: Array(new.text.utf8))
        changed.append((new.field, line))
      } catch {
        refused.append(error)
      }
    }
    changed.reverse()
    refused.reverse()
  }

  /// Nil when it is sealed with the new key already. One text may stand in several fields by merge keys; it belongs to one.
  private static func sealedAnew(
    _ texts: [FieldText], _ project: String, _ keys: [SealingKey], _ key: SealingKey
  ) throws(Refusal) -> (text: String, field: String)? {
    var last: SealedText.Problem?
    for text in texts {
      let place = SealedPlace(project: project, field: text.field)
      do throws(SealedText.Problem) {
        let sealed = try SealedText(text.text)
        let secret = try sealed.open(for: place, with: keys)
        if sealed.keyID == key.id { return nil }
        guard let new = SealedText(secret, for: place, with: key) else { throw .damaged }
        return (new.description, text.field)
      } catch {
        if last == nil || last == .elsewhere { last = error }
      }
    }
    throw Refusal(field: texts[0].field, line: Int(texts[0].range.start.line), problem: last)
  }

  /// Where the text itself stands between its quotes; nil when it is spelled otherwise, e.g. by an alias.
  static func place(of text: String, in range: Range<Int>, of bytes: [UInt8]) -> Range<Int>? {
    let wanted = Array(text.utf8)
    guard range.count >= wanted.count, range.upperBound <= bytes.count else { return nil }
    for start in range.lowerBound...(range.upperBound - wanted.count)
    where bytes[start] == wanted.first && bytes[start..<start + wanted.count].elementsEqual(wanted) {
      return start..<start + wanted.count
    }
    return nil
  }
}
