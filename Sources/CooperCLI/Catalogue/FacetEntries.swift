internal import CooperDiagnostics

/// Findings on the values of facets: CORS, encryption, lifecycle, logging, policy, replication, tags.
let facetEntries: [CatalogueEntry] = [
  .init(
    "GRA0001", "A grant to nobody", "It allows nothing, and a policy without a principal is refused.",
    fix: "Write to: with somebody in it, or take the grant out."),
  .init(
    "GRA0002", "A principal that is not one",
    "Each entry of to: names one identity, ARN, service, member or object id.",
    fix: "Write an entry for each."),
  .init("GRA0003", "A grant without a bucket", "It allows nothing.", fix: "Name a bucket, or take the grant out."),
  .init(
    "GRA0004", "A policy that isn't Cooper's", "Through identityPolicy only identities get a grant that Cooper makes.",
    fix: "Name an identity, or take out  through: identityPolicy"),
  .init(
    "IDE0001", "A trust entry that is not one", "Each entry of trust: names a party, an ARN, a service or an issuer.",
    fix: "Write an entry for each."),
  .init(
    "IDE0002", "A field of trust that goes with another",
    "Subject and audience belong to oidc; an external id to aws or party.", fix: "Take it out."),
  .init(
    "IDE0003", "OpenID Connect without a subject",
    "Everybody to whom the issuer gives tokens could act as the identity, for example every repository of a platform.",
    fix: "Write subject: with the one that is meant."),
  .init(
    "IDE0004", "Permissions that are none or two", "permissions holds what Cooper needs, or a policy of your own.",
    fix: "Write one of the two."),
  .init(
    "IDE0005", "A key with no place, or two", "A key that is shown once goes to one place: env, sealed or secret.",
    fix: "to: { env: out/etl.env }"),
  .init(
    "IDE0006", "A key made elsewhere beside one to be made",
    "accessKeyId and secretAccessKey are of a key made elsewhere; keys asks Cooper to make one.",
    fix: "Take out one of the two."),
  .init(
    "IDE0007", "Not a path of IAM", "Paths in front of names begin and end with a slash and hold no spaces.",
    fix: "path: /teams/"),
  .init(
    "MPO0001", "A policy that says nothing", "IAM refuses a document without a statement.", fix: "Write a statement."),
  .init(
    "MPO0002", "A principal in a policy of IAM",
    "Such a policy holds for whoever it is attached to; principals stand in policies of buckets and in trust.",
    fix: "Take it out; attach the policy by  policies:  of an identity."),
  .init(
    "MPO0003", "A policy that is too long",
    "A managed policy has at most 6,144 characters, white space not counted (IAM quotas).",
    fix: "Make two of it; a role takes ten."),
  .init(
    "COR0001", "Not a CORS method",
    "A CORS rule names methods among GET, PUT, POST, DELETE and HEAD, in capitals; a browser asks OPTIONS by itself.",
    fix: "Write the method in capitals, or take it out."),
  .init(
    "COR0002", "A CORS rule without origins", "Without an origin the rule fits no request, and services refuse it.",
    fix: "Write origins: [https://shop.example], or remove the rule."),
  .init(
    "COR0003", "A CORS rule without methods", "Without a method the rule fits no request, and services refuse it.",
    fix: "Write methods: [GET]."),
  .init(
    "COR0004", "More than one * in a CORS text", "S3 takes one wildcard in an origin or header.",
    fix: "Write several origins, each with one * at most."),
  .init(
    "COR0005", "Too many CORS rules", "A bucket holds at most 100 rules.",
    fix: "Join rules that differ in their origins only."),
  .init(
    "COR0006", "Two CORS rules with one id", "Ids name rules in plans and must differ.",
    fix: "Give one of them another id, or none."),
  .init(
    "ENC0001", "Encryption without an algorithm", "The other fields mean nothing without it.",
    fix: "Write algorithm: AES256 or algorithm: aws:kms."),
  .init(
    "ENC0002", "A key next to AES256", "With AES256 the service uses keys of its own, so kmsKey would have no effect.",
    fix: "Remove kmsKey, or write algorithm: aws:kms."),
  .init(
    "ENC0003", "A bucket key next to aws:kms:dsse",
    "Dual-layer encryption takes no bucket key; the service refuses it.",
    fix: "Remove bucketKey."),
  .init(
    "ENC0004", "A key of Google on S3",
    "The name is that of a key of Cloud KMS; S3 takes keys of AWS KMS, or of the store's own.",
    fix: "Write the id, alias or ARN of a key."),
  .init(
    "LIF0001", "An expiration that never comes",
    "It needs one of after, date and expiredObjectDeleteMarker, or on Google a condition that says when.",
    fix: "Write after: 30d."),
  .init(
    "LIF0002", "after and date at once", "A rule acts after a time or on a date, never both.", fix: "Keep one of them."),
  .init(
    "LIF0003", "A marker next to a time",
    "expiredObjectDeleteMarker can't stand next to after or date: some services refuse it, others drop one silently.",
    fix: "Write the marker into a rule of its own."),
  .init(
    "LIF0004", "Too few days", "The service has a least number of days for this.",
    fix: "Write at least the days that the message names."),
  .init(
    "LIF0005", "A size range that fits nothing", "No object is larger than the one bound and smaller than the other.",
    fix: "Swap the two sizes."),
  .init(
    "LIF0006", "A lifecycle date that is not midnight", "Services take dates at midnight UTC only.",
    fix: "Write the day alone, e.g. 2026-12-01."),
  .init(
    "LIF0007", "A lifecycle rule that does nothing", "Services refuse a rule without an action, or lose it.",
    fix: "Give it an expiration, a transition or abortMultipartAfter."),
  .init(
    "LIF0008", "Too many lifecycle rules", "A bucket holds at most 1,000 rules.", fix: "Join rules that do the same."),
  .init(
    "LIF0009", "Not whole days", "Lifecycle counts days; the service would round, and every plan would differ.",
    fix: "Write whole days, e.g. 30d."),
  .init(
    "LIF0010", "A transition without a time", "It needs after or date.", fix: "Write after: 30d."),
  .init(
    "LIF0011", "Two transitions to one class", "Only one of them could ever act.", fix: "Keep one of them."),
  .init(
    "LIF0012", "A filter that unfinished uploads don't have",
    "Uploads that are not finished have no tags and no size, so services refuse such a filter next to "
      + "abortMultipartAfter.", fix: "Write abortMultipartAfter into a rule without that filter."),
  .init(
    "LIF0013", "Conditions of Google on another store",
    "Ages since a custom time, numbers of versions, suffixes and the like are conditions of Google Cloud Storage alone.",
    fix: "Take conditions out for this connection, e.g. with null in a block of its type."),
  .init(
    "LIF0101", "MinIO drops abortMultipartAfter",
    "MinIO accepts the rule and drops this action, so every later plan would show it as missing.",
    fix: "Leave it out; MinIO removes stale uploads by itself (setting stale_uploads_expiry)."),
  .init(
    "LIF0102", "MinIO takes one transition", "A rule on MinIO holds one transition; the others would be lost.",
    fix: "Write a rule for each."),
  .init(
    "POL0001", "Not a policy", "A policy is a map with Version and Statement, or a text with such a JSON object.",
    fix: "Correct its form, or write policy: {} to clear it."),
  .init(
    "POL0002", "A policy without statements", "It would allow and forbid nothing, and services refuse it.",
    fix: "Write a Statement, or policy: {} to clear it."),
  .init(
    "POL0003", "An unknown policy version", "There are 2012-10-17 and the older 2008-10-17, without policy variables.",
    fix: "Write Version: \"2012-10-17\"."),
  .init(
    "POL0004", "A policy too long", "A bucket policy has at most 20,480 bytes.",
    fix: "Join statements, or grant to roles instead of single users."),
  .init(
    "POL0005", "An unknown key in a policy", "A policy has Version, Id and Statement.", fix: "Remove the key."),
  .init(
    "POL0006", "Not a statement", "A statement is a map with Effect, Principal, Action and Resource.",
    fix: "Write it as a map."),
  .init(
    "POL0007", "An unknown effect", "Effect is Allow or Deny.", fix: "Write one of the two."),
  .init(
    "POL0008", "A statement that is not whole",
    "Each statement of a bucket policy needs Principal or NotPrincipal, Action or NotAction, Resource or NotResource, "
      + "and never both of a pair.", fix: "Add what the message names, or remove one of the two."),
  .init(
    "POL0009", "Two statements with one Sid", "Statements are told apart by their Sid.",
    fix: "Give one of them another Sid."),
  .init(
    "POL0010", "A resource outside the bucket", "A bucket policy can name its own bucket and its objects only.",
    fix: "Write the bucket's own ARN, with /* for its objects."),
  .init(
    "TAG0001", "A reserved tag", "Keys that begin with aws: are written by AWS alone.", fix: "Choose another key."),
  .init("TAG0002", "Too many tags", "A bucket holds at most 50 tags.", fix: "Remove some."),
  .init("TAG0003", "A tag's key of the wrong length", "A key has 1 to 128 characters.", fix: "Shorten it."),
  .init("TAG0004", "A tag's value too long", "A value has at most 256 characters.", fix: "Shorten it."),
]
