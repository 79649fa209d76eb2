internal import CooperDiagnostics

/// Findings of connections to Google Cloud Storage, and of what only its store refuses.
let googleEntries: [CatalogueEntry] = [
  .init(
    "GCS0001", "An endpoint without encryption", "Over plain HTTP anybody on the way reads the token that is sent.",
    fix: "Write https://, or  insecure: allow  beside the endpoint."),
  .init(
    "GCS0002", "A setting that can't be used", "A field of the connection has a value that makes no sense here.",
    fix: "Correct the field that the message names."),
  .init(
    "GCS0003", "No credentials", "Every source of the chain was tried and none had a token; the message lists why.",
    fix: "Set GOOGLE_APPLICATION_CREDENTIALS, sign in by gcloud, or name a source by  access: { method: … }."),
  .init(
    "GCS0004", "Credentials that can't be used",
    "The source that is named is there and lacks something; others are not tried in its place.",
    fix: "Mend what the message names."),
  .init(
    "GCS0005", "No token for these credentials",
    "A token endpoint refused the credentials, or answered something else than a token.",
    fix: "Is the key still good, the account enabled, and may it act as the service account that is named?"),
  .init(
    "GCS0006", "A locked retention policy",
    "Once locked, the retention policy of a bucket can be lengthened and nothing else, by nobody.",
    fix: "Write the period that the bucket has, or a longer one, with locked: true."),
  .init(
    "GCS0007", "The answer leads elsewhere",
    "The store answered with a redirection, which is never followed with a token.",
    fix: "Write the endpoint that really answers."),
  .init(
    "GCS0008", "A hierarchical namespace on a bucket that is there",
    "Google gives it to a bucket that is made, once and for good.",
    fix: "Make a new bucket and copy the data, or leave the facet out."),
  .init(
    "GCS0120", "A grant at Google to somebody whom Google doesn't know",
    "Roles are given to members: user:, group:, serviceAccount:, domain:, principal:…",
    fix: "Write  to: [{ gcp: serviceAccount:… }], or an identity of type serviceAccount."),
  .init(
    "GCS0121", "No role of Google", "A statement of one's own names roles, not single permissions.",
    fix: "Write a role, e.g. roles/storage.objectViewer, or one of the project's own."),
  .init(
    "GCS0122", "A condition that a binding can't have",
    "A binding has one condition, with a title and an expression; a prefix is one already.",
    fix: "Write  conditions: { title: …, expression: … },  or leave prefix out."),
  .init(
    "GCS0123", "A service account that somebody unknown shall act as",
    "Only of Flashback is it published as which member it acts (FB-32).",
    fix: "Write  trust: [{ party: FLASHBACK-CONNECTION }]."),
  .init(
    "GCS0124", "A description that is too long", "Google takes 256 bytes of a service account's description.",
    fix: "Write less."),
  .init(
    "GCS0110", "A rule that is off on Google Cloud Storage",
    "Google keeps no lifecycle rules that are off; one that is there acts.",
    fix: "Take the rule out for this connection, e.g. with null in a gcs: block."),
  .init(
    "GCS0111", "A lifecycle date on Google Cloud Storage",
    "On S3 a rule may act on a date. Google's createdBefore asks when an object was made, and acts at once.",
    fix: "Write after, or conditions: { createdBefore: … } if that is meant."),
  .init(
    "GCS0112", "A deletion without a condition",
    "Google would delete every object of the bucket at once; Cooper never sends such a rule.",
    fix: "Write after, also  after: 0d  where at once is really meant."),
  .init(
    "GCS0113", "Turbo replication outside of a dual-region",
    "A bucket in one region has nothing to replicate to, and one in a multi-region is replicated the standard way only.",
    fix: "Write a dual-region, e.g.  region: EUR4,  or take rpo out."),
  .init(
    "RET0001", "A lock on nothing", "A retention policy that keeps objects for no time can't be locked.",
    fix: "Write a period, or take locked out."),
]
