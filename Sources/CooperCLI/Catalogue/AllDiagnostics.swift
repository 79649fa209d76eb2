internal import CooperConfig
internal import CooperDiagnostics
internal import CooperProvider
internal import CooperSchema
internal import CooperSyntax

/// What `explain CODE` knows: the entries of every room; a test finds codes in the sources that have none.
enum AllDiagnostics {
  static var catalogue: DiagnosticCatalogue {
    DiagnosticCatalogue(
      yamlCatalogue, schemaDiagnostics, configDiagnostics, facetEntries, platformEntries, planningEntries,
      runningEntries, connectionEntries, azureEntries, googleEntries, secretEntries, documentEntries,
      kubernetesEntries, platformCatalogue)
  }
}
