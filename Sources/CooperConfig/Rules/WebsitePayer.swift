internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// A browser can't say that it will pay.
enum WebsitePayer: ConfigurationRule {
  static let name = "website-payer"
  static let level = RuleLevel.warning
  static let entries: [CatalogueEntry] = [
    .init(
      .websitePayer, "A website whose visitors would pay",
      "Website endpoints answer 403 to everybody where the requester pays, because such requests must be signed (S3 User "
        + "Guide, \"Website endpoints\").",
      fix: "Write requestPayment: bucketOwner, or take website out.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.compactMap { bucket -> Diagnostic? in
      guard let website = bucket.facet("website"), website.value.map?.isEmpty == false,
        let payer = bucket.facet("requestPayment"), payer.value == "requester", context.isAWS(bucket)
      else { return nil }
      return Diagnostic(
        .websitePayer, .warning, "\(bucket.address) is a website and lets the requester pay", at: payer.range,
        notes: [Diagnostic.Note("it is a website here", at: website.range)],
        fix: ["write  requestPayment: bucketOwner"],
        subject: bucket.address.description)
    }
  }
}

extension DiagnosticCode {
  static let websitePayer = DiagnosticCode("RUL0047")
}
