public import CooperModel
internal import CooperSchema

extension Site {
  /// What a declaration alone says of a connection that can't be opened.
  public init(declared: ConnectionDeclaration, provider: String) {
    let settings = declared.settings
    let account = ["account", "subscription", "project"].lazy.compactMap { settings[$0]?.string }.first
    // A cluster has no address in the YAML; its context tells it from the others.
    let place = ["endpoint", "root", "context", "server"].lazy.compactMap { settings[$0]?.string }.first
    self.init(
      connection: declared.name, type: declared.type, endpoint: place ?? provider, region: settings["region"]?.string,
      account: account, settings: settings)
  }
}
