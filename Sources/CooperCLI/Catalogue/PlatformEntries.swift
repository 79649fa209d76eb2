internal import CooperDiagnostics

/// Findings on facets that some stores have alone, and on what a store takes of the shared ones.
let platformEntries: [CatalogueEntry] = [
  .init(
    "ACL0101", "A canned ACL that the store lacks", "The message says which of them it takes.",
    fix: "Write one of those."),
  .init(
    "ANA0001", "Too many analyses", "A bucket holds at most 1,000 configurations of analytics.", fix: "Remove some."),
  .init(
    "ANA0002", "Results of an analysis without a bucket", "exportPrefix says how the keys of results begin.",
    fix: "Write exportBucket, or take exportPrefix out."),
  .init(
    "AZU0101", "Too many CORS rules on Azure", "The blob service of a storage account holds at most five rules.",
    fix: "Join rules that differ in their origins only."),
  .init(
    "AZU0102", "Too many lifecycle rules on Azure", "A storage account holds at most 100 rules.",
    fix: "Join rules that do the same."),
  .init(
    "AZU0103", "A lifecycle condition that Azure lacks",
    "Azure's lifecycle counts days, by prefix and blob index tags; it has no sizes, numbers of versions or unfinished "
      + "uploads.", fix: "Take the field out for this account."),
  .init(
    "AZU0104", "Not a tier of Azure", "Blobs move to Cool, Cold or Archive.", fix: "Write one of the three."),
  .init(
    "COS0001", "A claim without a class",
    "A BucketClaim asks a class for a new bucket, or names one that is there; never both.",
    fix: "Write bucketClass, or existingBucket."),
  .init(
    "COS0002", "An access mode before v1alpha2",
    "In COSI v1alpha1 the access class decides what may be done; a mode of each access came with v1alpha2.",
    fix: "Write version: v1alpha2, or take mode out."),
  .init(
    "CZK0001", "A field that Cozystack had not yet",
    "Buckets of Cozystack up to 1.0 (flavour A) have no settings; users, locking and storagePool came with 1.1.",
    fix: "Take the field out, or write flavour: B."),
  .init(
    "ENC0101", "An algorithm that B2 lacks", "B2 encrypts by AES256, with keys of its own.",
    fix: "Write algorithm: AES256, or opt out with null."),
  .init(
    "GCS0101", "Not a label of Google Cloud Storage",
    "Tags are labels there: keys and values of at most 63 lower-case letters, digits, hyphens and underscores, keys with a "
      + "letter first.", fix: "Write it in lower case; a gcs: block of a profile can opt out of a key with null."),
  .init(
    "GCS0102", "Flags of S3 on Google Cloud Storage",
    "Google prevents public access as a whole; the four flags are those of the S3 public access block.",
    fix: "Write publicAccess: blocked or allowed."),
  .init(
    "GCS0103", "Encryption of S3 on Google Cloud Storage",
    "Google encrypts every object; what can be chosen is a key of Cloud KMS.",
    fix: "Write encryption: { kmsKey: projects/… }, or opt out with null."),
  .init(
    "GCS0104", "Not the name of a key of Cloud KMS",
    "A key is named in full: projects/P/locations/L/keyRings/R/cryptoKeys/K.", fix: "Write the full name."),
  .init(
    "GCS0105", "A lifecycle filter that Google lacks",
    "Rules of Google Cloud Storage select by prefix, suffix, age and class, not by tags or size.",
    fix: "Use a prefix, or opt out with null."),
  .init(
    "GCS0106", "Delete markers on Google Cloud Storage", "Google keeps noncurrent versions without markers.",
    fix: "Take the field out for this connection."),
  .init(
    "GCS0107", "Not a storage class of Google", "There are STANDARD, NEARLINE, COLDLINE and ARCHIVE.",
    fix: "Write one of them."),
  .init(
    "GCS0108", "Too many labels", "A bucket on Google Cloud Storage holds at most 64 labels.", fix: "Remove some."),
  .init(
    "GCS0109", "A field that Google lacks", "The facet is shared with S3, which has more fields in it.",
    fix: "Take the field out for this connection."),
  .init(
    "IAM0001", "Not a role of Google", "Roles are named roles/…, or projects/… and organizations/… for one's own.",
    fix: "Write the role's full name."),
  .init(
    "IAM0002", "A member without its kind",
    "Members are named with their kind: user:, group:, serviceAccount:, domain:, principal:…; or allUsers.",
    fix: "Write the kind in front."),
  .init(
    "IAM0003", "Too many members", "All bindings of a bucket name at most 1,500 members.", fix: "Use groups."),
  .init(
    "IMM0001", "No whole days of immutability", "Azure keeps blobs for 1 to 146,000 whole days.",
    fix: "Write whole days, e.g. 30d."),
  .init("INV0001", "Too many inventories", "A bucket holds at most 1,000 of them.", fix: "Remove some."),
  .init(
    "ITI0001", "Intelligent tiering without a tier", "It needs archiveAfter, deepArchiveAfter or both.",
    fix: "Write archiveAfter: 90d."),
  .init(
    "ITI0002", "Too early or too late for a tier", "The archive tier takes 90 to 730 days, the deep one 180 to 730.",
    fix: "Write days within the range."),
  .init("ITI0003", "Too many configurations of tiering", "A bucket holds at most 1,000 of them.", fix: "Remove some."),
  .init("LEG0001", "Too many legal holds", "A container has at most 10 of them.", fix: "Remove some."),
  .init(
    "LIF0104", "A part of a lifecycle rule that the store lacks",
    "The store takes lifecycle rules, and not this part of them.",
    fix: "Take it out for that type of connection, e.g. r2: { lifecycle: { NAME: null } } in a profile."),
  .init(
    "LOG0001", "Logs without a bucket", "Access logs go into a bucket; without one the rest means nothing.",
    fix: "Write bucket, or logging: {} to switch it off."),
  .init("MET0001", "Too many metrics", "A bucket holds at most 1,000 of them.", fix: "Remove some."),
  .init(
    "NOT0001", "Nobody to notify", "S3 tells queues of SQS, topics of SNS and functions of Lambda, named by ARN.",
    fix: "Write the ARN; EventBridge is switched on by eventBridge: true."),
  .init(
    "NOT0002", "A notification without events", "Without an event nothing is told, and S3 refuses it.",
    fix: "Write events: [\"s3:ObjectCreated:*\"]."),
  .init("NOT0003", "Not an event of S3", "Names of events begin with s3:.", fix: "Write e.g. s3:ObjectRemoved:*."),
  .init("NOT0004", "Too many notifications", "A bucket holds at most 100 of them.", fix: "Join some."),
  .init(
    "OLK0001", "A lock without one period", "A default lock holds for days or for years.",
    fix: "Write retention: 30d or years: 7."),
  .init("OLK0002", "Not whole days of a lock", "S3 counts 1 to 36,500 days.", fix: "Write whole days, e.g. 30d."),
  .init(
    "REP0001", "Replication without a role", "S3 copies objects as a role of the source's account.",
    fix: "Write role: and the ARN of the role."),
  .init(
    "REP0002", "Replication without rules", "Without a rule nothing is copied, and S3 refuses it.",
    fix: "Write rules, or replication: {} to clear it."),
  .init("REP0003", "Too many replication rules", "A bucket holds at most 1,000 rules.", fix: "Join some."),
  .init(
    "REP0004", "Two replication rules of one priority",
    "The priority decides which of two rules that fit an object wins.",
    fix: "Give each rule a priority of its own, or none."),
  .init(
    "REP0005", "Deletions next to a filter by tags",
    "A delete marker has no tags, so a rule that selects by tags can't copy deletions; S3 refuses it.",
    fix: "Write deleteMarkers: ignore, or select by prefix."),
  .init(
    "REP0006", "Encrypted objects without a key for their copies",
    "S3 encrypts copies of objects that have a KMS key with a key of the destination's region, and wants that key exactly when "
      + "such objects are copied.", fix: "Write encryptedObjects: true and destination: { kmsKey: … }, or neither."),
  .init(
    "REP0007", "Copies of nobody", "Copies that are to belong to the destination's account need that account's number.",
    fix: "Write account beside owner."),
  .init(
    "SOF0001", "Too short a time for soft delete", "Google keeps deleted objects for 7 to 90 days, or not at all.",
    fix: "Write softDelete: 7d or more, or 0s."),
  .init(
    "SOF0002", "No whole days of soft delete", "Azure keeps deleted blobs and containers for 1 to 365 whole days.",
    fix: "Write whole days, e.g. 14d, or 0s to switch it off."),
  .init(
    "WEB0001", "A website that shows nothing", "It needs an index document, or redirects every request.",
    fix: "Write index: index.html, or website: {} to clear it."),
  .init(
    "WEB0002", "A redirect of everything, and more", "Where all requests are redirected, nothing else has a meaning.",
    fix: "Keep redirectTo, or the rest."),
  .init("WEB0003", "Too many routes", "A website has at most 50 of them.", fix: "Remove some."),
  .init(
    "WEB0004", "A scheme without a redirect", "redirectScheme says how redirectTo is reached, and means nothing alone.",
    fix: "Write redirectTo, or the scheme in a route."),
  .init(
    "WEB0005", "A route that replaces twice", "The key that was asked for is replaced whole, or by its prefix.",
    fix: "Keep replaceKey or replacePrefix."),
  .init(
    "WEB0006", "A route that leads nowhere", "S3 refuses a redirect that changes nothing of the request.",
    fix: "Write host, scheme, replaceKey, replacePrefix or status."),
]
