internal import CooperDiagnostics

/// Findings on facets that some stores have alone, and on what a store takes of the shared ones.
let platformEntries: [CatalogueEntry] = [
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
    "LOG0001", "Logs without a bucket", "Access logs go into a bucket; without one the rest means nothing.",
    fix: "Write bucket, or logging: {} to switch it off."),
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
    "SOF0001", "Too short a time for soft delete", "Google keeps deleted objects for 7 to 90 days, or not at all.",
    fix: "Write softDelete: 7d or more, or 0s."),
  .init(
    "SOF0002", "No whole days of soft delete", "Azure keeps deleted blobs and containers for 1 to 365 whole days.",
    fix: "Write whole days, e.g. 14d, or 0s to switch it off."),
]
