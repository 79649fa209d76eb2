import CooperModel
import CooperProvider
import CooperSchema

/// The fields of a connection besides `type` and access, read from a checked declaration.
struct GCSConnectionSettings {
  var project: String
  var region: String?
  var quotaProject: String?
  var endpoint: EndpointURL?
  var iamEndpoint: EndpointURL?
  var caCertificate: String?

  init(_ declaration: ConnectionDeclaration, _ environment: ProviderEnvironment) throws(CallFailure) {
    let settings = declaration.settings
    guard let project = settings["project"]?.string else { throw .setting(declaration.name, "project", "is missing") }
    self.project = project
    region = settings["region"]?.string
    quotaProject = settings["quotaProject"]?.string
    endpoint = try Self.address("endpoint", of: declaration)
    iamEndpoint = try Self.address("iamEndpoint", of: declaration)
    if let path = settings["caCertificate"]?.string {
      do throws(CertificateFile.Problem) {
        caCertificate = try CertificateFile.text(path, environment)
      } catch {
        throw .setting(declaration.name, "caCertificate", error.words)
      }
    }
  }

  private static func address(
    _ field: String, of declaration: ConnectionDeclaration
  ) throws(CallFailure) -> EndpointURL? {
    guard let text = declaration.settings[field]?.string else { return nil }
    let address: EndpointURL
    do throws(EndpointURL.Problem) {
      address = try EndpointURL(text)
    } catch {
      throw .setting(declaration.name, field, error.words)
    }
    if !address.isEncrypted, declaration.settings["insecure"]?.string != "allow" {
      throw .plainEndpoint(declaration.name, address.text)
    }
    return address
  }
}
