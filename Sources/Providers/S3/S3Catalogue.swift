public import CooperDiagnostics

/// The codes of connections to S3 and compatible stores, for `cooper explain`.
public let s3Catalogue: [CatalogueEntry] = [
  .init(
    "AWS0001", "An endpoint without encryption",
    "Over http:// everybody on the way reads the requests and can change the answers. Signatures protect neither.",
    fix: "Write https://, or insecure: allow beside the endpoint where the way is your own machine or network."),
  .init(
    "AWS0002", "A connection setting that can't be used",
    "A field of the connection has a value that it can't have, or lacks one that the type of connection needs.",
    fix: "Mend the field that the message names; cooper explain connections lists them."),
  .init(
    "AWS0003", "No credentials",
    "Every place that the access method looks at was empty. The message lists them in order, with the reason of each.",
    fix: "Set the variables, write the profile, or give access: { method: static, … } with references to secrets."),
  .init(
    "AWS0004", "A secret that can't be read",
    "A reference of the access block leads to nothing: the variable is not set, the file is not there, or it is empty.",
    fix: "Provide what the reference names, or point it elsewhere."),
  .init(
    "AWS0005", "A role that can't be taken on",
    "STS refused AssumeRole. Either the role's trust policy does not name who asks, or asks for an external id, or who "
      + "asks lacks sts:AssumeRole on the role.",
    fix: "Compare the role's trust policy with the identity in the message, and externalId with the trust's condition."),
  .init(
    "AWS0006", "An unreadable certificate file",
    "caCertificate names a PEM file with the authorities to trust; paths start at the project directory.",
    fix: "Check the path, and that the file begins with -----BEGIN CERTIFICATE-----."),
  .init(
    "AWS0007", "A bucket in another region, or a redirect",
    "A bucket answers only in its own region. Cooper follows no redirects, so that credentials reach no other host.",
    fix: "Write the region that the message names. For other stores, write the address that it redirects to."),
  .init(
    "AWS0014", "An answer of STS without its parts",
    "The endpoint answered a question to STS with a document that lacks what the question was about.",
    fix: "Check that the endpoint is one of STS; sts: gives it one of its own."),
  .init(
    "LIF0101", "Unfinished uploads on MinIO",
    "MinIO does not abort unfinished uploads by lifecycle: it takes the rule and drops it silently, so plans would never "
      + "settle. MinIO removes stale uploads by itself after 24 hours.",
    fix: "Take the rule out for the connection with a minio: block."),
  .init(
    "LIF0102", "More than one transition in a rule on MinIO",
    "MinIO reads one transition of a rule, to a tier that the server has.", fix: "Write a rule for each tier."),
]
