internal import CooperModel
internal import CooperSchema

/// Grants at Google: what their settings say as bindings of the IAM policies of their buckets.
enum GCSGrantSupport {
  static let support: KindSupport = {
    var support = KindSupport(
      facets: [:], settings: Set(Grant.schema.settings.map(\.name)).subtracting(["through"]),
      carries: ["bucket": ["bucketName"], "to.identity": ["type", "email", "identityName", "project"]],
      derived: { derive($0) })
    support.joined = JoinedFacet(derived: GrantBindings.schema.name, facet: IAMBinding.facet.name) { value, bucket in
      let own = ((try? [BucketBinding](value: value)) ?? []).filter { $0.bucket == bucket }
      return own.map(\.binding.value)
    }
    return support
  }()

  /// Native names of the buckets.
  static func buckets(_ settings: ValueMap) -> [String] {
    let names = settings["bucket.bucketName"]
    return names?.list?.compactMap(\.string) ?? names?.string.map { [$0] } ?? []
  }

  static func bindings(_ settings: ValueMap) -> [BucketBinding] {
    (try? [BucketBinding](value: derive(settings).values[GrantBindings.schema.name] ?? .list([]))) ?? []
  }

  private static func derive(_ settings: ValueMap) -> DerivedFacets {
    var problems: [FacetProblem] = []
    let members = (settings["to"]?.list ?? []).compactMap { member($0, settings, &problems) }
    let bindings = buckets(settings).flatMap { bucket in
      roles(settings, bucket, &problems).flatMap { role, condition in
        members.map { member in
          var one = BucketBinding()
          one.bucket = bucket
          one.role = role
          one.member = member
          one.condition = condition
          return one
        }
      }
    }
    guard problems.isEmpty else {
      return DerivedFacets(problems: Array(Set(problems)).sorted { $0.message < $1.message })
    }
    let name = GrantBindings.schema.name
    return DerivedFacets(values: [name: GrantBindings.sorted(bindings).value], shared: [name])
  }

  private static func member(_ entry: Value, _ settings: ValueMap, _ problems: inout [FacetProblem]) -> String? {
    if let member = entry["gcp"]?.string { return member }
    func carried(_ field: String) -> String? {
      entry["identity"]?.string.flatMap { settings["to.identity.\(field)"]?[$0]?.string }
    }
    if let email = carried("email") { return "serviceAccount:" + email }
    if carried("type") == "serviceAccount", let name = carried("identityName"), let project = carried("project") {
      return "serviceAccount:" + GoogleRights.email(name, project: project)
    }
    problems.append(
      FacetProblem(
        path: ["to"], code: "GCS0120",
        message: "roles at Google are given to members, and \(entry.map?.first?.key ?? "this") is none",
        fix:
          "to: [{ gcp: serviceAccount:etl@acme-prod.iam.gserviceaccount.com }], or an identity of type serviceAccount"))
    return nil
  }

  /// A word is roles of the service; statements of one's own name roles themselves.
  private static func roles(
    _ settings: ValueMap, _ bucket: String, _ problems: inout [FacetProblem]
  ) -> [(String, IAMCondition?)] {
    var condition: IAMCondition?
    if let prefix = settings["prefix"]?.string {
      var within = IAMCondition()
      within.title = GoogleRights.prefixTitle
      within.expression = GoogleRights.expression(bucket, prefix)
      condition = within
    }
    if let word = settings["allow"]?.string, let level = Grant.Level(rawValue: word) {
      return GoogleRights.roles(level).map { ($0, condition) }
    }
    var roles: [(String, IAMCondition?)] = []
    for (index, statement) in (settings["allow"]?.list ?? []).enumerated() {
      var condition = condition
      if let written = statement["conditions"], written != .null {
        if condition == nil, let own = try? IAMCondition(value: written) {
          condition = own
        } else {
          problems.append(
            FacetProblem(
              path: ["allow", String(index)], code: "GCS0122",
              message: "a binding has one condition, with title and expression, and none beside a prefix",
              fix: "conditions: { title: until-2027, expression: 'request.time < timestamp(\"2027-01-01T00:00:00Z\")' }"
            ))
        }
      }
      for role in statement["actions"]?.list?.compactMap(\.string) ?? [] {
        guard role.contains("roles/") else {
          problems.append(
            FacetProblem(
              path: ["allow", String(index)], code: "GCS0121", message: "a binding gives roles, and \(role) is none",
              fix: "actions: [roles/storage.objectViewer]"))
          continue
        }
        roles.append((role, condition))
      }
    }
    return roles
  }
}
