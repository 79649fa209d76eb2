public import CooperProvider
internal import LocalProvider
internal import S3Provider

/// Every provider of this build; a new one is a folder under `Sources/Providers`, its name in `Package.swift`, and a line here.
public enum AllProviders {
  public static let registry = ProviderRegistry([
    S3Provider(), LocalProvider(),
  ])
}
