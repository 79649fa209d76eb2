internal import CooperDiagnostics

/// Findings of connections to Azure, and of what is made through them.
let azureEntries: [CatalogueEntry] = [
  .init(
    "AZU0001", "An endpoint without encryption", "Over plain HTTP anybody on the way reads what is sent, tokens too.",
    fix: "Write https://, or  insecure: allow  beside the endpoint where the way is your own machine."),
  .init(
    "AZU0002", "A setting of a connection to Azure that can't be used",
    "A field has a value that makes no sense here, or one is missing that the way of signing in needs.",
    fix: "Correct the field that the message names."),
  .init(
    "AZU0003", "No credentials for Azure",
    "Every source of the chain was tried and none had credentials: variables, workload identity, managed identity. The "
      + "message lists them in order, with the reason of each.",
    fix: "Set one of the sources, or write  access: { method: … }  to name it."),
  .init(
    "AZU0004", "Credentials for Azure that can't be used",
    "What the YAML or the environment names is there and can't sign: an empty text, a key that is no base 64, a PEM file "
      + "without a certificate or without an RSA key.", fix: "Mend what the message names."),
  .init(
    "AZU0005", "Entra ID gives no token",
    "The application or its proof was refused. The message repeats the code of Entra ID, e.g. AADSTS7000215 for a wrong "
      + "secret, AADSTS700213 for a federated token that nobody registered.",
    fix: "Compare tenant, client id and the application's secrets, certificates or federated credentials."),
  .init(
    "AZU0006", "A certificate file that can't be used", "caCertificate names a file that is missing or holds no PEM.",
    fix: "Correct the path, which starts at the project."),
  .init(
    "AZU0007", "The answer leads elsewhere",
    "Azure answered with a redirection, which is never followed with credentials.",
    fix: "Is the endpoint really Azure's? A proxy or sign-in page may answer in its place."),
  .init(
    "AZU0008", "A subscription that can't be seen",
    "The identity signed in, and the subscription of the connection is not among those it may see.",
    fix: "Give it Reader on the subscription, or correct  subscription:  in the connection."),
  .init(
    "AZU0009", "Another tenant", "The subscription belongs to another directory than the YAML says; nothing was read.",
    fix: "Correct  tenant:, or sign in elsewhere."),
  .init(
    "AZU0105", "CORS rules of Azure have no ids", "Azure keeps the rules of an account as a list without names.",
    fix: "Take id out."),
  .init(
    "AZU0106", "A date in a lifecycle rule of Azure", "Rules of Azure count days since a blob was changed or made.",
    fix: "Write  after:  with a number of days."),
  .init(
    "AZU0110", "A key reaches data only",
    "An account key and a shared access signature open containers and blobs; settings of the account, immutability and "
      + "legal holds are Resource Manager's, which takes tokens of Entra ID alone.",
    fix: "Sign in with an application or a managed identity, or refer to the account with  origin: existing."),
  .init(
    "AZU0111", "Restoring to a point in time needs more",
    "The account restores blobs to a point in time, which needs versioning, the change feed and soft delete of blobs; "
      + "the change would switch one of them off.",
    fix: "Switch the restore policy off first, or keep what it needs."),
  .init(
    "AZU0112", "A tier on a premium account", "Accounts of kind BlockBlobStorage are premium and have no tiers.",
    fix: "Take accessTier out."),
  .init(
    "AZU0113", "A locked immutability policy", "A locked policy can be lengthened, five times, and nothing else.",
    fix: "Write the period it has, or a longer one, and  locked: true."),
  .init(
    "AZU0120", "A prefix that a role would not keep to",
    "A prefix becomes a condition on reading, writing, adding, moving and deleting blobs. Owners, and roles of your own, may "
      + "do more than these.",
    fix: "Write  allow: readOnly  or  readWrite, a condition of your own, or take prefix out."),
  .init(
    "AZU0121", "A grant on Azure to somebody without an object id",
    "A role is given to the object id of a user, group or application in Entra ID.",
    fix: "Write  to: [{ azure: OBJECT_ID }]."),
  .init(
    "AZU0122", "No role of Azure", "A statement of one's own names roles for blobs, or ids of role definitions.",
    fix: "Write the name of a built-in role for blobs, or the id of another."),
  .init(
    "AZU0123", "A condition that Azure doesn't take", "A condition of a role assignment is one text of at most 8 KiB.",
    fix: "Write it as in the documentation of conditions for blobs, with version 2.0."),
  .init(
    "AZU0124", "A role under two conditions", "Azure takes one assignment of a role to somebody at a place.",
    fix: "Join the conditions by OR, or write a grant for each."),
]
