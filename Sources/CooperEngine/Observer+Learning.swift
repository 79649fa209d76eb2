internal import CooperModel
internal import CooperPlan
internal import CooperProvider

/// What a platform lacks is a property of the platform: a resource that isn't there yet is planned by what another shows.
extension Observer {
  /// Reads the facets of which only a look can tell, one read for each facet of a connection, and only for resources that
  /// are to be made. Facets found lacking come back by the place of the resource in `jobs`.
  func lacking(
    _ jobs: [Job], _ presences: [ObservedResource.Presence], _ looks: ResourceLook
  ) async -> [Int: [String: ObservedResource.Facet]] {
    var newborn: [Question: [Int]] = [:]
    for (index, job) in jobs.enumerated() {
      guard presences[index] == .absent, !job.subject.isLeaving else { continue }
      let section = job.target.address.section
      let support = registry.support(section: section, ofType: job.target.site.type)
      let unsure = Set((support?.unsure ?? [:]).keys)
      let elsewhere = job.connection.chosenEndpoints.isEmpty ? [] : support?.unsureElsewhere ?? []
      for facet in job.subject.facets where unsure.union(elsewhere).contains(facet) && job.kind.facet(facet) != nil {
        newborn[Question(connection: job.target.site.connection, section: section, facet: facet), default: []].append(
          index)
      }
    }
    if newborn.isEmpty { return [:] }
    let elders = Dictionary(
      jobs.enumerated().compactMap { index, job -> (Question.Place, Job)? in
        guard case .present = presences[index] else { return nil }
        return (Question.Place(connection: job.target.site.connection, section: job.target.address.section), job)
      }, uniquingKeysWith: { first, _ in first })
    let questions = newborn.sorted {
      $0.value[0] == $1.value[0] ? $0.key.facet < $1.key.facet : $0.value[0] < $1.value[0]
    }
    let answers = await inWindow(questions, width: parallelism) { question, indices in
      // Nothing of the project there yet: any other tells as well, else the name itself, which some answer for.
      let first = jobs[indices[0]]
      let support = registry.support(section: question.section, ofType: first.target.site.type)
      let own = support?.unsure[question.facet] == nil ? nil : first
      guard let asked = elders[question.place] ?? first.neighbour ?? own,
        let facet = asked.kind.facet(question.facet)
      else { return nil as ObservedResource.Facet? }
      return await looks.facet(facet, asked, nil)
    }
    var lacking: [Int: [String: ObservedResource.Facet]] = [:]
    for ((question, indices), answer) in zip(questions, answers) {
      guard case .unsupported = answer else { continue }
      for index in indices { lacking[index, default: [:]][question.facet] = answer }
    }
    return lacking
  }

  private struct Question: Hashable {
    struct Place: Hashable {
      var connection: String
      var section: String
    }

    var connection: String
    var section: String
    var facet: String
    var place: Place { Place(connection: connection, section: section) }
  }
}

extension Job {
  /// Another resource of the same listing, which need not belong to the project: it is only read.
  fileprivate var neighbour: Job? {
    guard let listed = listing[target.address.section]?.values.min(by: { $0.name < $1.name }) else { return nil }
    var other = target
    other.identity = connection.identity(of: listed.name)
    other.region = listed.region ?? target.site.region
    return Job(subject: subject, target: other, kind: kind, connection: connection, listing: listing)
  }
}
