import CooperModel
import CooperProvider
import CooperSchema

/// The fields of a connection besides `type` and access, read from a checked declaration.
struct AzureSettings: Sendable {
  var subscription: String
  var tenant: String?
  var addressing: AzureAddressing
  var caCertificate: String?
  /// Addresses that the YAML chose.
  var chosen: [String]

  init(_ declaration: ConnectionDeclaration, _ environment: ProviderEnvironment) throws(CallFailure) {
    let settings = declaration.settings
    guard let subscription = settings["subscription"]?.string?.lowercased() else {
      throw .azureSetting(declaration.name, "subscription", "connections of type azure need one")
    }
    self.subscription = subscription
    tenant = settings["tenant"]?.string?.lowercased()
    let cloud = settings["cloud"]?.string.flatMap { AzureCloud(rawValue: $0) } ?? .public
    let data = try Self.endpoint("endpoint", declaration)
    let manager = try Self.endpoint("resourceManager", declaration)
    let authority = try Self.endpoint("authority", declaration)
    chosen = [data.map { EndpointURL(scheme: $0.scheme, authority: $0.authority) }, manager, authority]
      .compactMap { $0?.text }
    let usual = try Self.authorityHost(declaration, environment) ?? cloud.authority
    addressing = AzureAddressing(
      cloud: cloud, data: data, resourceManager: manager ?? cloud.resourceManager,
      authority: authority ?? usual)
    if let path = settings["caCertificate"]?.string {
      caCertificate = try Self.certificate(path, declaration.name, environment)
    }
  }

  private static func endpoint(
    _ field: String, _ declaration: ConnectionDeclaration
  ) throws(CallFailure) -> EndpointURL? {
    guard let text = declaration.settings[field]?.string else { return nil }
    let endpoint: EndpointURL
    do throws(EndpointURL.Problem) {
      endpoint = try EndpointURL(text)
    } catch {
      throw .azureSetting(declaration.name, field, error.words)
    }
    guard endpoint.isEncrypted || declaration.settings["insecure"]?.string == "allow" else {
      throw CallFailure(
        .invalid, code: "AZU0001",
        "connection \"\(declaration.name)\": \(field) \(endpoint.text) is not encrypted; write https://, or "
          + "insecure: allow beside it")
    }
    return endpoint
  }

  /// What workload identity sets in pods beside the other variables.
  private static func authorityHost(
    _ declaration: ConnectionDeclaration, _ environment: ProviderEnvironment
  ) throws(CallFailure) -> EndpointURL? {
    guard let text = environment.variable("AZURE_AUTHORITY_HOST"), !text.isEmpty else { return nil }
    guard let endpoint = try? EndpointURL(text.contains("://") ? text : "https://" + text), endpoint.isEncrypted else {
      throw .azureSetting(declaration.name, "authority", "AZURE_AUTHORITY_HOST is no https:// address")
    }
    return EndpointURL(scheme: endpoint.scheme, authority: endpoint.authority)
  }

  private static func certificate(
    _ path: String, _ connection: String, _ environment: ProviderEnvironment
  ) throws(CallFailure) -> String {
    let bytes: [UInt8]?
    do {
      bytes = try environment.readFile(path)
    } catch {
      throw .azureCertificateFile(connection, "\(path) can't be read (\(error))")
    }
    guard let bytes else { throw .azureCertificateFile(connection, "\(path) is not there") }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.split(whereSeparator: \.isNewline).contains(where: { $0.hasPrefix("-----BEGIN ") }) else {
      throw .azureCertificateFile(connection, "\(path) holds no certificate in PEM form")
    }
    return text
  }
}

extension CallFailure {
  static func azureSetting(_ connection: String, _ field: String, _ problem: String) -> CallFailure {
    CallFailure(.invalid, code: "AZU0002", "connection \"\(connection)\": \(field): \(problem)")
  }

  fileprivate static func azureCertificateFile(_ connection: String, _ problem: String) -> CallFailure {
    CallFailure(.invalid, code: "AZU0006", "connection \"\(connection)\": caCertificate: \(problem)")
  }
}
