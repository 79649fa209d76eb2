public import CooperModel

/// Finds what a change of CORS rules lets pages of every origin do.
public enum CORSRisk {
  public static func risks(from before: [CORSRule], to after: [CORSRule]) -> [Risk] {
    func open(_ rules: [CORSRule]) -> Set<String> { Set(rules.filter { $0.origins.contains("*") }.flatMap(\.methods)) }
    let gained = open(after).subtracting(open(before)).sorted()
    return gained.isEmpty
      ? [] : [Risk(.widensAccess, "pages of every origin (*) may send \(gained.joined(separator: ", "))")]
  }
}
