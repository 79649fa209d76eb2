internal import CooperModel
internal import CooperSchema

/// `type: azure`.
enum AzureConnectionType {
  static let declaration = ConnectionType(
    name: "azure", provider: "azure", summary: "Azure Blob Storage, in one subscription.",
    settings: ObjectShape(
      "AzureConnection", summary: "An Azure subscription.",
      fields: [
        FieldShape(
          "tenant", .string(identifier),
          summary: "Directory (tenant) it must be signed in to; in another nothing is read.",
          example: "00000000-aaaa-bbbb-cccc-000000000001"),
        FieldShape(
          "subscription", .string(identifier), presence: .required, summary: "Subscription that holds its accounts.",
          example: "00000000-aaaa-bbbb-cccc-000000000002"),
        FieldShape(
          "resourceGroup", .string(TextRule(lengths: 1...90)),
          summary: "Resource group of its accounts that name none.", example: "rg-storage"),
        FieldShape(
          "region", .string(.region), summary: "Region of its accounts that name none.",
          example: "westeurope"),
        FieldShape(
          "cloud", .choice(["public", "usGovernment", "china"]), presence: .defaulted("public"),
          summary: "Which of Azure's clouds.", example: "usGovernment"),
        ConnectionFields.endpoint(
          .optional, summary: "An emulator or a private endpoint instead of Azure's own.",
          example: "http://127.0.0.1:10000/devstoreaccount1"),
        address(
          "authority", "Where tokens come from, if not at the cloud's own place.",
          example: "https://login.microsoftonline.com"),
        address(
          "resourceManager", "Where Azure Resource Manager answers, if not at the cloud's own place.",
          example: "https://management.azure.com"),
        ConnectionFields.caCertificate, ConnectionFields.insecure,
      ]), accessMethods: methods,
    support: [
      BucketKind.section: AzureContainerSupport.support, StorageAccountKind.section: AzureAccountSupport.support,
      Grant.section: AzureGrantSupport.support,
    ])

  private static func address(_ name: String, _ summary: String, example: String) -> FieldShape {
    FieldShape(name, .string(ConnectionFields.address), summary: summary, example: example)
  }

  private static let identifier = TextRule(
    lengths: 36...36, pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    expectation: "an id such as 00000000-aaaa-bbbb-cccc-000000000001",
    matches: { text in
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    })

  private static let client = FieldShape(
    "clientId", .string(identifier), presence: .required, summary: "Application (client) id.",
    example: "00000000-aaaa-bbbb-cccc-000000000003")

  private static let ownClient = FieldShape(
    "clientId", .string(identifier), summary: "Client id, where there are several identities.",
    example: "00000000-aaaa-bbbb-cccc-000000000003")

  private static let usual = ObjectShape(
    "AzureDefaultAccess",
    summary: "The usual chain: AZURE_ variables, workload identity, managed identity.", fields: [])

  private static let methods: [String: ObjectShape] = [
    "": usual, "default": usual,
    "accountKey": ObjectShape(
      "AzureKeyAccess",
      summary: "The key of a storage account: containers and blobs only, nothing of the account itself.",
      fields: [
        ConnectionFields.secret("key", summary: "Reference to the key.", example: "env:AZURE_STORAGE_KEY")
      ]),
    "sas": ObjectShape(
      "AzureSASAccess", summary: "A shared access signature: what it was signed for, until it ends.",
      fields: [
        ConnectionFields.secret("token", summary: "Reference to the signature.", example: "env:AZURE_STORAGE_SAS")
      ]),
    "servicePrincipal": ObjectShape(
      "AzureSecretAccess", summary: "An application with a secret.",
      fields: [
        client,
        ConnectionFields.secret(
          "clientSecret", summary: "Reference to the secret.", example: "env:AZURE_CLIENT_SECRET"),
      ]),
    "servicePrincipalCertificate": ObjectShape(
      "AzureCertificateAccess", summary: "An application with a certificate.",
      fields: [
        client,
        ConnectionFields.secret(
          "certificate", summary: "Reference to the certificate with its private key, PEM.",
          example: "file:/run/secrets/azure.pem"),
      ]),
    "managedIdentity": ObjectShape(
      "AzureManagedIdentity", summary: "The identity of the machine, and nothing else.", fields: [ownClient]),
    "workloadIdentity": ObjectShape(
      "AzureWorkloadIdentity", summary: "A federated token: of a cluster's service account or of the pipeline.",
      fields: [
        ownClient,
        FieldShape(
          "tokenFile", .string(TextRule(lengths: 1...4096)),
          summary: "File with the token, default AZURE_FEDERATED_TOKEN_FILE or the token of the pipeline.",
          example: "/var/run/secrets/azure/tokens/azure-identity-token"),
      ]),
  ]
}
