import CooperModel
import CooperProvider
import CooperSchema

/// The fields of a connection besides `type` and access, read from a checked declaration.
struct GCSConnectionSettings {
  var project: String
  var region: String?
  var quotaProject: String?
  var endpoint: EndpointURL?
  var caCertificate: String?

  init(_ declaration: ConnectionDeclaration, _ environment: ProviderEnvironment) throws(CallFailure) {
    let settings = declaration.settings
    guard let project = settings["project"]?.string else { throw .setting(declaration.name, "project", "is missing") }
    self.project = project
    region = settings["region"]?.string
    quotaProject = settings["quotaProject"]?.string
    if let text = settings["endpoint"]?.string {
      do throws(EndpointURL.Problem) {
        endpoint = try EndpointURL(text)
      } catch {
        throw .setting(declaration.name, "endpoint", error.words)
      }
      if let endpoint, !endpoint.isEncrypted, settings["insecure"]?.string != "allow" {
        throw .plainEndpoint(declaration.name, endpoint.text)
      }
    }
    if let path = settings["caCertificate"]?.string {
      do throws(CertificateFile.Problem) {
        caCertificate = try CertificateFile.text(path, environment)
      } catch {
        throw .setting(declaration.name, "caCertificate", error.words)
      }
    }
  }
}
