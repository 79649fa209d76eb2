internal import AzureProvider
public import CooperProvider
internal import FlashbackProvider
internal import FlowfileProvider
internal import GCSProvider
internal import InfinStorProvider
internal import KubernetesProvider
internal import LocalProvider
internal import PaletteProvider
internal import S3Provider

/// Every provider of this build; a new one is a folder under `Sources/Providers`, its name in `Package.swift`, and a line here.
public enum AllProviders {
  public static let registry = ProviderRegistry([
    S3Provider(), LocalProvider(), GCSProvider(), AzureProvider(), KubernetesProvider(), PaletteProvider(),
    FlashbackProvider(), InfinStorProvider(), FlowfileProvider(),
  ])
}
