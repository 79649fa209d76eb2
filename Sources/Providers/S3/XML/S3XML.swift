import CooperProvider
// Every codec of this provider reads documents.
@_exported public import CooperXML

/// Reads reply bodies as documents whose root element is the expected one, and nothing else.
enum S3XML {
  /// The root element of a successful reply; nil for an empty body, which means that nothing is set.
  ///
  /// Throws the reply's own failure, `wrongRoot` for another root element (some stores answer an unknown sub-resource
  /// with the listing of the bucket), and `.protocolBroken` for what is no document.
  static func document(
    _ reply: Reply, root: StaticString, also other: StaticString? = nil, to call: Call,
    wrongRoot: CallFailure.Kind = .protocolBroken
  ) throws(CallFailure) -> XMLElement? {
    guard 200..<300 ~= reply.status else { throw S3Failure.failure(reply, to: call) }
    guard !reply.body.isEmpty else { return nil }
    let document: XMLDocument
    do throws(XMLReadFailure) {
      document = try XMLReader.read(reply.body)
    } catch {
      throw CallFailure(
        .protocolBroken, code: "UnreadableReply", "the answer is not a readable document: \(error.words)",
        status: reply.status, call: call.line)
    }
    guard let element = document.root else { return nil }
    guard element.isNamed(root) || other.map({ element.isNamed($0) }) == true else {
      throw CallFailure(
        wrongRoot, code: "WrongRootElement",
        "the answer is a \(element.name.prefix(80)) and not the expected \(root)", status: reply.status,
        call: call.line)
    }
    return element
  }
}

/// Values inside elements; each throws when there is a text that is no such value.
struct FieldReader {
  let call: Call

  private func broken(_ element: XMLElement, _ expected: String) -> CallFailure {
    CallFailure(
      .protocolBroken, code: "UnreadableValue", "\(element.name) holds no \(expected)", call: call.line)
  }

  /// Nil when the child is missing or empty.
  func integer(_ parent: XMLElement, _ name: StaticString) throws(CallFailure) -> Int64? {
    guard let child = parent.child(name), !child.isEmpty else { return nil }
    guard let number = Int64(child.text) else { throw broken(child, "whole number") }
    return number
  }

  /// Nil when the child is missing or empty.
  func flag(_ parent: XMLElement, _ name: StaticString) throws(CallFailure) -> Bool? {
    guard let child = parent.child(name), !child.isEmpty else { return nil }
    switch child.text.lowercased() {
    case "true": return true
    case "false": return false
    default: throw broken(child, "true or false")
    }
  }

  /// The child's text by a closed list of words; nil when the child is missing or empty.
  func word<T>(
    _ parent: XMLElement, _ name: StaticString, _ read: (String) -> T?
  ) throws(CallFailure) -> T? {
    guard let child = parent.child(name), !child.isEmpty else { return nil }
    guard let word = read(child.text) else { throw broken(child, "known word") }
    return word
  }
}
