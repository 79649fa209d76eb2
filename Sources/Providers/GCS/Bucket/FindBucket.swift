import CooperModel
import CooperProvider
import CooperSchema

/// GET of the bucket, which proves presence and absence; names are global, so what is there may be another project's.
///
/// The project's number, which the bucket shows, is that of the storage service's own account in the project
/// (Cloud Storage JSON API, Projects.serviceAccount).
struct FindBucket: Procedure {
  private let target: Target
  private var seen: (region: String?, owner: String)?

  init(_ target: Target) { self.target = target }

  private var agentCall: Call { ProjectAgent.call(target.site) }

  mutating func next(_ reply: Reply?) -> Step<Found> {
    let get = BucketDocument.get(target)
    guard let reply else { return .call(get) }
    if let seen { return .done(found(seen.region, seen.owner, reply)) }
    do throws(CallFailure) {
      let document = try reply.document(BucketDocument.kind, to: get)
      let region = try document.text("location", of: get).map(Location.canonical)
      guard let owner = document["projectNumber"]?.wholeNumber, !target.site.project.isEmpty else {
        return .done(.present(region: region))
      }
      seen = (region, String(owner))
      return .call(agentCall)
    } catch {
      if error.kind == .notFound { return .done(.absent) }
      if error.kind == .denied { return .failed(refused(error)) }
      return .failed(error)
    }
  }

  var plannedCalls: [Call] { [BucketDocument.get(target)] }

  /// Who may not ask for the number, or a store that has no such answer, leaves it open whose the bucket is.
  private func found(_ region: String?, _ owner: String, _ reply: Reply) -> Found {
    guard let number = ProjectAgent.projectNumber(reply, to: agentCall), number != owner else {
      return .present(region: region)
    }
    return .foreign("project number \(owner)")
  }

  private func refused(_ failure: CallFailure) -> CallFailure {
    var failure = failure
    failure.message =
      "\(target.name) is there, but either belongs to another project or may not be looked at (\(failure.message))"
    return failure
  }
}

/// The account by which Cloud Storage acts in a project; its address holds the project's number.
enum ProjectAgent {
  static func call(_ site: Site) -> Call {
    .project(.get, site, path: ["projects", site.project, "serviceAccount"], needs: "resourcemanager.projects.get")
  }

  /// `service-4711@gs-project-accounts.iam.gserviceaccount.com` → `4711`.
  static func projectNumber(_ reply: Reply, to call: Call) -> String? {
    guard let document = try? reply.document("storage#serviceAccount", to: call),
      let name = document["email_address"]?.string?.split(separator: "@").first, name.hasPrefix("service-")
    else { return nil }
    return String(name.dropFirst("service-".count))
  }
}

/// Where a bucket lives: a region, a dual-region or a multi-region.
enum Location {
  /// The service shouts them all; its documentation writes regions in lower case and the others in upper case.
  static func canonical(_ text: String) -> String { text.contains("-") ? text.lowercased() : text.uppercased() }
}
