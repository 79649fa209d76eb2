internal import CooperDiagnostics

/// Findings of connections: settings, credentials, accounts.
let connectionEntries: [CatalogueEntry] = [
  .init(
    "AWS0001", "An endpoint without encryption", "Over plain HTTP anybody on the way reads what is sent.",
    fix: "Write https://, or  insecure: allow  beside the endpoint."),
  .init(
    "AWS0002", "A setting that can't be used", "A field of the connection has a value that makes no sense here.",
    fix: "Correct the field that the message names."),
  .init(
    "AWS0003", "No credentials", "Every source of the chain was tried and none had a key; the message lists why.",
    fix: "Set one of the sources, or write  access: { method: … }  to name it."),
  .init(
    "AWS0004", "Credentials that can't be used", "The source that the YAML names has no usable key.",
    fix: "Mend what the message names."),
  .init(
    "AWS0005", "A role that can't be taken on", "STS refused AssumeRole for the credentials that asked.",
    fix: "Let the role's trust policy name them, and let them call sts:AssumeRole; compare the external id."),
  .init(
    "AWS0006", "A certificate file that can't be used", "caCertificate names a file that is missing or holds no PEM.",
    fix: "Correct the path, which starts at the project."),
  .init(
    "AWS0007", "The answer leads elsewhere",
    "The store answered with a redirection, which is never followed with credentials.",
    fix: "Write the region or endpoint that the message names."),
  .init(
    "AWS0014", "STS answered with something else", "The answer is not what the protocol allows.",
    fix: "Is the endpoint really STS? A proxy or sign-in page may answer in its place."),
  .init(
    "AWS0015", "A trust that can't be written",
    "The role's trust names somebody of whom something is missing: an account, an external id, or what a platform's operator "
      + "says of it.", fix: "Write what the message names."),
  .init(
    "AWS0017", "A description that IAM refuses", "The description of a role holds at most 1,000 characters of Latin-1.",
    fix: "Write it in those, or shorter."),
  .init(
    "AWS0018", "An instance profile that can't be taken",
    "It holds another role already, of which there can be one only, or it is there at another path.",
    fix: "Name another profile, or take the other role out of this one."),
  .init(
    "AWS0019", "A policy at another path",
    "IAM keeps one managed policy of a name in an account, whatever its path, and moves none to another path.",
    fix: "Write the path that the message names, or give the policy another name."),
  .init(
    "AWS0020", "An SSO session that is over",
    "The profile signs in by IAM Identity Center. Its token has expired, was revoked or was never fetched, and could not be "
      + "renewed without you.", fix: "Run the  aws sso login  that the message shows, then try again."),
  .init(
    "AWS0021", "A token that can't take on a role",
    "STS refused AssumeRoleWithWebIdentity. Either the account does not know the identity provider, or the role's trust policy "
      + "asks for another audience or subject, or the token has expired.",
    fix: "Compare the trust policy's conditions on aud and sub with the token's claims."),
  .init(
    "AWS0022", "A role in another partition",
    "AWS in China (aws-cn), in the US government regions (aws-us-gov) and elsewhere (aws) have accounts of their own, and no "
      + "session of one is good in another.", fix: "Correct the role's ARN or the connection's region."),
  .init(
    "AWS0023", "A service that hands out credentials is busy",
    "IAM Identity Center, the container's endpoint or GitHub Actions answered that it can't answer now, each time it was asked.",
    fix: "Try again later."),
  .init(
    "AWS0024", "Other versions of a policy than planned",
    "The plan said which of the five versions makes room for another. By now there are other versions, so nothing was deleted.",
    fix: "Plan again."),
  .init(
    "CON0007", "Signed in to another account",
    "The YAML says which account the connection is; the credentials belong to another. Nothing was read or changed.",
    fix: "Use other credentials, or another --environment."),
  .init(
    "LOC0001", "A local connection without a root", "It names the directory whose subdirectories are buckets.",
    fix: "Write  root: ./buckets."),
  .init(
    "LOC0002", "Metadata that Cooper didn't write", "A file in .cooper/ of the root is not what Cooper writes.",
    fix: "Remove the file; the next apply writes it anew."),
  .init(
    "CON0011", "A connection that this version can't sign in to",
    "The language knows connections of this type, so a project on them is read and checked, and planned from the state "
      + "with --no-observe. Looking at the service, and changing it, comes with a later version.",
    fix: "Plan with --no-observe, or leave the resources on this connection to a later version."),
  .init(
    "CON0012", "A setting that this version can't read",
    "The language knows the facet, so it is checked and planned offline. Reading and writing it at the service comes "
      + "with a later version.", fix: "Plan with --no-observe, or take it out."),
  .init(
    "CON0013", "A store without what its type holds",
    "The type of the connection says that such stores hold the facet; this one answered a read in a way that says it "
      + "doesn't. Planned for a resource that is there, the facet would be refused; nothing is written to it.",
    fix: "Opt out of the facet for the type in a profile, or write the type of store that it is."),
  .init(
    "CON0014", "A store with more than its type holds",
    "The type of the connection says that such stores lack the facet; this one shows it, because it is newer or set up in "
      + "another way. It is left alone.",
    fix: "A type that rules nothing out (s3 for stores with that protocol) writes it after a look."),
  .init(
    "CON0015", "A call that a check held back",
    "A check sends what changes nothing. A procedure asked for more, which is a fault of Cooper.",
    fix: "Report it with the output of  cooper check --log-level debug."),
  .init(
    "CON0016", "A name that belongs to somebody else",
    "What has the name at the provider is another account's, or another user's.", fix: "Choose another name."),
  .init(
    "CON0017", "A bucket that isn't there",
    "A check asked for the bucket of a location, and the store has none of that name.",
    fix: "Apply first, or correct the name."),
  .init(
    "CON0018", "A bucket in another region than the YAML says",
    "Calls are signed for the region of the YAML, and consumers are told it.", fix: "Write the region that it is in."),
  .init(
    "CON0019", "Other bytes than were written",
    "A check wrote an object, read it back at once, and got other bytes. Something between changes contents, or old ones are "
      + "served.", fix: "Look at proxies and caches in front of the store; backups there can't be trusted."),
]
