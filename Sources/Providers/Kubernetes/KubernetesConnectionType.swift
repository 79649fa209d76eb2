internal import CooperModel
internal import CooperSchema

/// `type: kubernetes`.
enum KubernetesConnectionType {
  static let declaration = ConnectionType(
    name: "kubernetes", provider: "kubernetes",
    summary: "A Kubernetes cluster: buckets of Cozystack and COSI, locations of Velero.",
    settings: ObjectShape(
      "KubernetesConnection", summary: "A Kubernetes cluster.",
      fields: [
        FieldShape(
          "context", .string(TextRule(lengths: 0...253)),
          summary: "Context of the kubeconfig; empty or not written is the current one.", example: "hikube-acme"),
        FieldShape(
          "kubeconfig", .string(TextRule(lengths: 1...4096)),
          summary: "The kubeconfig file, default KUBECONFIG or ~/.kube/config.", example: "~/.kube/hikube"),
        FieldShape(
          "namespace", .string(namespace), summary: "Namespace of what names none.", example: "velero"),
        ConnectionFields.endpoint(
          .optional, summary: "The API server, where there is no kubeconfig.", example: "https://kube.internal:6443"),
        ConnectionFields.caCertificate, ConnectionFields.insecure,
        FieldShape(
          "fieldManager", .string(TextRule(lengths: 1...128)), presence: .defaulted("cooper"),
          summary: "Name under which applied fields are owned.", example: "cooper-prod"),
        FieldShape(
          "readiness", .duration(1...3600), presence: .defaulted("5m"),
          summary: "How long an apply waits for what the platform makes of an object.", example: "10m"),
      ]), accessMethods: methods,
    support: [
      BucketKind.section: KubernetesBucketSupport.support, BackupLocation.section: VeleroLocationSupport.support,
    ])

  static let namespace = TextRule(
    lengths: 1...63, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
    expectation: "lower-case letters, digits and hyphens, a letter or digit at both ends",
    matches: { DNSLabel.isValid($0) })

  private static let usual = ObjectShape(
    "KubeconfigAccess", summary: "What the kubeconfig's context says: certificate, token or a command it names.",
    fields: [])

  private static let methods: [String: ObjectShape] = [
    "": usual, "default": usual, "kubeconfig": usual,
    "inCluster": ObjectShape(
      "InClusterAccess", summary: "The service account of the pod that Cooper runs in.", fields: []),
    "token": ObjectShape(
      "KubernetesTokenAccess", summary: "A bearer token, with endpoint.",
      fields: [ConnectionFields.secret("token", summary: "Reference to the token.", example: "env:KUBE_TOKEN")]),
    "clientCertificate": ObjectShape(
      "KubernetesCertificateAccess", summary: "A client certificate, with endpoint.",
      fields: [
        ConnectionFields.secret(
          "certificate", summary: "Reference to the certificate, PEM.", example: "file:certs/cooper.crt"),
        ConnectionFields.secret("key", summary: "Reference to its private key, PEM.", example: "file:certs/cooper.key"),
      ]),
  ]
}
