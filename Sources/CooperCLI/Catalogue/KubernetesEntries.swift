internal import CooperDiagnostics

/// What goes wrong with a cluster, its buckets and Velero's locations.
let kubernetesEntries: [CatalogueEntry] = [
  .init(
    "K8S0001", "A setting of a cluster that can't be used",
    "A field of the connection has a value that makes no sense here, or lacks one that its access needs.",
    fix: "Mend the field that the message names."),
  .init(
    "K8S0002", "No usable kubeconfig",
    "There is no kubeconfig where Cooper looks (kubeconfig:, KUBECONFIG, ~/.kube/config), or it lacks the context or what "
      + "belongs to it.", fix: "Get one from your platform, or name it:  kubeconfig: ~/.kube/hikube."),
  .init(
    "K8S0003", "The cluster doesn't know these credentials",
    "The API server answered 401, or the token, certificate or program of the kubeconfig gives nothing that can be used.",
    fix: "Sign in to the platform again, or correct access: at the connection."),
  .init(
    "K8S0004", "An answer that is none of Kubernetes",
    "What answered is no object of Kubernetes; a proxy or a sign-in page may stand before the API server.",
    fix: "Check the server of the kubeconfig with  kubectl get --raw /version."),
  .init(
    "K8S0010", "A field that another manager owns",
    "Server-side apply refuses to change fields that somebody else applied to another value. Nothing was changed.",
    fix: "Plan again: the plan says who owns what, and which consent takes it over. Or leave the field to its owner."),
  .init(
    "K8S0011", "Not the object that Cooper made",
    "An object of that name is there, with another uid than the one recorded: somebody removed Cooper's and made another.",
    fix: "Write  removed: { ADDRESS: forget }, or adopt it."),
  .init(
    "K8S0012", "A Cozystack without users",
    "Cozystack up to 1.0 (flavour A) takes a bucket and drops its spec: it makes one key pair for the bucket.",
    fix: "Write  flavour: A  and no users; identities name the bucket without a user."),
  .init(
    "K8S0013", "A deletion that takes its time",
    "The object is marked for deletion and waits for its finalizers, that is for the platform to clean up.",
    fix: "Apply again later; look at the object with  kubectl describe  when it stays."),
  .init(
    "K8S0014", "What makes a thing can't be cleared alone",
    "The facet is the object in the cluster; without it there is no bucket or location.",
    fix: "Take the whole block out of the YAML."),
  .init(
    "K8S0015", "No COSI that Cooper speaks",
    "The cluster has no objects of objectstorage.k8s.io, or in other versions than v1alpha1 and v1alpha2.",
    fix: "Install COSI, or name another cluster."),
  .init(
    "K8S0016", "A choice that is made once",
    "Lock, pool and class of a bucket are chosen when it is made (CZ-07), and no platform changes them later.",
    fix: "Write the value that it has, or declare another bucket."),
  .init(
    "K8S0017", "Nobody counts what it holds",
    "The API of a cluster doesn't tell how many objects a bucket has, so none is ever taken for empty.",
    fix: "removed: forget  leaves it,  purge  destroys what it holds."),
  .init(
    "K8S0018", "Nothing is listed over a whole cluster",
    "Tenants may look into their own namespaces only, so objects are found by name.", fix: "Name each one."),
  .init(
    "K8S0019", "Which object is it?",
    "A bucket on a cluster is an object of Cozystack or a claim of COSI; neither is written.",
    fix: "Write  cozystack: { namespace: … }  or  cosi: { namespace: …, … }."),
  .init(
    "K8S0020", "Not ready in time",
    "The platform has taken the object and has not finished within the time of readiness: (5 minutes if not written).",
    fix: "Apply again, which goes on where this ended, or write more time:  readiness: 15m."),
  .init(
    "K8S0021", "A driver's error", "The COSI driver wrote an error into the status of the object.",
    fix: "Mend what it says; look with  kubectl describe."),
  .init(
    "K8S0022", "Not an output of a bucket's user", "Keys of a bucket's user are accessKeyId and secretAccessKey.",
    fix: "Use one of the two."),
  .init(
    "K8S0023", "A user that the bucket doesn't have",
    "An identity of type bucketUser names a bucket that is not declared, or a user or access that the bucket has not.",
    fix: "Write the user into users: or access: of the bucket."),
  .init(
    "K8S0024", "A location that Velero couldn't use",
    "Velero calls a location Unavailable that has an unknown config key, or a bucket's name with a slash (VL-01, VL-04).",
    fix: "Mend what the message names."),
]
