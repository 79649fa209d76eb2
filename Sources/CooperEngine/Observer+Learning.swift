internal import CooperModel
internal import CooperPlan
internal import CooperProvider

/// What a platform lacks is a property of the platform: a resource that isn't there yet is planned by what another shows.
extension Observer {
  struct Learnt: Sendable {
    /// Facets found lacking, by the place of the resource in `jobs`.
    var lacking: [Int: [String: ObservedResource.Facet]] = [:]
    /// What nobody could tell, by connection.
    var unverified: [String: [UnverifiedFacet]] = [:]
  }

  /// Reads the facets of which only a look can tell, one read for each facet of a connection, and only for resources that
  /// are to be made. Where there is nothing to look at, the store is asked what it is.
  func lacking(_ jobs: [Job], _ presences: [ObservedResource.Presence], _ looks: ResourceLook) async -> Learnt {
    var newborn: [Question: [Int]] = [:]
    for (index, job) in jobs.enumerated() {
      guard presences[index] == .absent, !job.subject.isLeaving else { continue }
      let section = job.target.address.section
      let support = registry.support(section: section, ofType: job.target.site.type)
      let unsure = Set((support?.unsure ?? [:]).keys)
      let elsewhere = job.connection.isOwnService ? [] : support?.unsureElsewhere ?? []
      for facet in job.subject.facets where unsure.union(elsewhere).contains(facet) && job.kind.facet(facet) != nil {
        newborn[Question(connection: job.target.site.connection, section: section, facet: facet), default: []].append(
          index)
      }
    }
    if newborn.isEmpty { return Learnt() }
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
    var learnt = Learnt()
    var open: [(question: Question, indices: [Int])] = []
    for ((question, indices), answer) in zip(questions, answers) {
      switch answer {
      case .unsupported?: for index in indices { learnt.lacking[index, default: [:]][question.facet] = answer }
      case .present?, .absent?: break
      case .unknown?, nil: open.append((question, indices))
      }
    }
    let stores = await recognised(Set(open.map(\.question.connection)), jobs)
    for (question, indices) in open {
      let job = jobs[indices[0]]
      let support = registry.support(section: question.section, ofType: job.target.site.type)
      // Whoever wrote the type of a store that is looked at, asked for just that.
      if support?.unsure[question.facet] == nil, let store = stores[question.connection],
        let shown = registry.support(section: question.section, ofType: store.type)
      {
        if case .unsupported(let reason, _)? = shown.facets[question.facet] {
          let answer = ObservedResource.Facet.unsupported("the store is \(store.type) (\(store.sign)): \(reason)")
          for index in indices { learnt.lacking[index, default: [:]][question.facet] = answer }
          continue
        }
        if shown.unsure[question.facet] == nil { continue }
      }
      let reason =
        support?.unsure[question.facet]
        ?? "type \(job.target.site.type) at \(job.target.site.endpoint), which is not that service's own address, and the "
        + "answers there don't say what it is"
      learnt.unverified[question.connection, default: []].append(
        UnverifiedFacet(section: question.section, facet: question.facet, reason: reason))
    }
    return learnt
  }

  /// What stores say of themselves, for those that left something open.
  private func recognised(_ names: Set<String>, _ jobs: [Job]) async -> [String: RecognisedStore] {
    var connections: [String: any Connection] = [:]
    for job in jobs where names.contains(job.target.site.connection) {
      connections[job.target.site.connection] = job.connection
    }
    let order = connections.sorted { $0.key < $1.key }
    let stores = await inWindow(order, width: parallelism) { _, connection -> RecognisedStore? in
      guard let question = connection.recognise() else { return nil }
      return (try? await runner.run(question, on: connection)) ?? nil
    }
    return Dictionary(
      zip(order, stores).compactMap { pair, store in store.map { (pair.key, $0) } }, uniquingKeysWith: { $1 })
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
