import CooperModel
import CooperProvider
import CooperSchema

/// Labels as all of IAM's actions take and tell them (TagRole, TagUser, TagPolicy, TagInstanceProfile).
enum IAMTagging {
  static func parameters(_ tags: [(String, String)]) -> [QueryItem] {
    tags.enumerated().flatMap { index, pair in
      [QueryItem("Tags.member.\(index + 1).Key", pair.0), QueryItem("Tags.member.\(index + 1).Value", pair.1)]
    }
  }

  static func tags(in entity: XMLElement) -> Tags {
    var tags: Tags = [:]
    for member in entity.child("Tags")?.children("member") ?? [] {
      if let key = member.text("Key") { tags[key] = member.text("Value") ?? "" }
    }
    return tags
  }

  /// What the actions are called for one sort of thing.
  struct Noun: Sendable {
    var word: String
    var tagged: StaticString
    var untagged: StaticString

    static let role = Noun(word: "Role", tagged: "TagRole", untagged: "UntagRole")
    static let user = Noun(word: "User", tagged: "TagUser", untagged: "UntagUser")
    static let policy = Noun(word: "Policy", tagged: "TagPolicy", untagged: "UntagPolicy")
    static let profile = Noun(
      word: "InstanceProfile", tagged: "TagInstanceProfile", untagged: "UntagInstanceProfile")
  }

  /// What is gone first: a key can't stand there twice, and there is room for fifty.
  static func steps(
    from before: Tags, to after: Tags, _ noun: Noun, named name: QueryItem, on resource: String
  ) -> [any Procedure<Void>] {
    var steps: [any Procedure<Void>] = []
    let gone = before.keys.filter { after[$0] == nil }.sorted()
    if !gone.isEmpty {
      let keys = gone.enumerated().map { QueryItem("TagKeys.member.\($0 + 1)", $1) }
      steps.append(
        IAMCall.done(IAMCall.change("Untag" + noun.word, [name] + keys, on: resource), noun.untagged))
    }
    let set = after.filter { before[$0.key] != $0.value }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    if !set.isEmpty {
      steps.append(
        IAMCall.done(IAMCall.change("Tag" + noun.word, [name] + parameters(set), on: resource), noun.tagged))
    }
    return steps
  }
}
