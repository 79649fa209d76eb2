/// Runs jobs with at most `width` under way, in order of start; a task for every job at once would cost memory.
func inWindow<Job: Sendable, Output: Sendable>(
  _ jobs: [Job], width: Int, _ work: @escaping @Sendable (Job) async -> Output
) async -> [Output] {
  await withTaskGroup(of: (Int, Output).self, returning: [Output].self) { group in
    var outputs = [Output?](repeating: nil, count: jobs.count)
    var started = 0
    while started < min(max(1, width), jobs.count) {
      let index = started
      group.addTask { (index, await work(jobs[index])) }
      started += 1
    }
    while let (index, output) = await group.next() {
      outputs[index] = output
      if started < jobs.count {
        let following = started
        group.addTask { (following, await work(jobs[following])) }
        started += 1
      }
    }
    return outputs.compactMap { $0 }
  }
}
