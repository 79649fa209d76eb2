internal import CooperConfig
internal import CooperDocuments
internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Puts secrets where a document has slots for them; nothing is looked up for documents that leave them out.
struct DocumentSecrets {
  let configuration: Configuration
  let resolver: SecretResolver

  /// The bytes of a document; whoever gets them wipes them.
  func fill(_ text: DocumentText) throws(DocumentProblem) -> [UInt8] {
    try text.filled { (slot) throws(DocumentProblem) in try bytes(slot) }
  }

  private func bytes(_ slot: DocumentSlot) throws(DocumentProblem) -> [UInt8] {
    let resource = configuration.resource(slot.address)
    guard let reference = resource?.settings[slot.field] else {
      let isMade = resource?.settings["type"]?.string == "bucketUser"
      throw DocumentProblem(
        "DOC0007",
        isMade
          ? "the keys of \(slot.address) are made by the bucket's platform and never leave it through Cooper"
          : "\(slot.address) has no \(slot.field)",
        fix: isMade
          ? "write  secrets: omit, and take the keys from the platform's own Secret" : "write it at the identity")
    }
    do throws(CallFailure) {
      let secret = try resolver.resolve(reference, field: "\(slot.address).\(slot.field)")
      return secret.withBytes { Array($0) }
    } catch {
      throw DocumentProblem(error.code, error.message, fix: "explained by  cooper explain \(error.code)")
    }
  }
}
