internal import CooperModel
internal import CooperSchema

/// How the top-level keys of a file behave when several files have them.
enum SectionForm: Sendable {
  /// A map from names; names are unique over all files.
  case named
  /// A list; the lists of all files are one.
  case list
  /// One block, in one file.
  case single
  /// Only in the root file, never in an overlay.
  case rootOnly
}

/// The top-level keys that this build knows.
struct Sections: Sendable {
  let forms: [String: SectionForm]
  /// Part of the language, but no provider of this build has the kind.
  private let later: Set<String>

  /// Sections of the language whose kinds come with providers.
  private static let kindSections = [
    "buckets", "policies", "identities", "grants", "backupLocations", "registrations", "documents", "storageAccounts",
    "apiKeys",
  ]

  /// How a section looks, for whoever wrote it in another form.
  static let examples: [String: String] = [
    "moved": "[{ from: buckets.logs, to: buckets.audit-logs }]",
    "consents": "[{ address: buckets.data, risk: losesData, reason: PLAT-1 }]",
    "removed": "{ buckets.old-logs: forget }", "adopted": "{ buckets.velero: acme-velero-prod }",
    "rules": "{ shared-name: off }", "variables": "{ account: { description: AWS account } }",
    "environments": "{ stage: {}, prod: {} }", "profiles": "{ protected: { versioning: enabled } }",
    "facets": "{ data-eu: { tags: { team: web } } }", "buckets": "{ logs: { connection: aws } }",
    "connections": "{ aws: { type: aws, region: eu-west-1 } }",
  ]

  init(_ catalog: Catalog) {
    var forms: [String: SectionForm] = [
      "cooper": .rootOnly, "name": .rootOnly, "include": .rootOnly, "environments": .rootOnly,
      "description": .rootOnly, "state": .single, "safety": .single, "variables": .named, "connections": .named,
      "profiles": .named, "facets": .named, "removed": .named, "adopted": .named, "rules": .named, "moved": .list,
      "consents": .list,
    ]
    for section in catalog.kinds.keys { forms[section] = .named }
    self.forms = forms
    later = Set(Self.kindSections.filter { forms[$0] == nil })
  }

  var names: [String] { forms.keys.sorted() }

  func isLater(_ key: String) -> Bool { later.contains(key) }
}
