internal import CooperModel
public import CooperProvider
internal import CooperSchema

/// What must hold of any platform that is signed in to over HTTP.
public enum PlatformFindings {
  /// Without a method, `field` takes a reference to a secret.
  public static func access(_ provider: any Provider, field: String) -> [String] {
    provider.connectionTypes.compactMap { type in
      guard case .secret? = type.accessMethods[""]?[field]?.shape else {
        return "\(type.name): \(field) takes no reference to a secret"
      }
      return nil
    }
  }

  /// addresses that are refused before anything is sent, each with what the refusal must say.
  public static func addresses(_ provider: any Provider) -> [String] {
    let refused: [(ValueMap, String)] = [
      (["endpoint": "http://x.example"], "insecure: allow"),
      (["endpoint": "https://x.example", "caCertificate": "no.pem"], "no.pem"),
      (["endpoint": "https://user@x.example"], "endpoint"),
    ]
    var found: [String] = []
    for type in provider.connectionTypes {
      for (settings, word) in refused {
        let declaration = ConnectionDeclaration(name: "x", type: type.name, settings: settings, access: ValueMap())
        do throws(CallFailure) {
          _ = try provider.connect(declaration, environment: .nothing)
          found.append("\(type.name): \(settings) is taken")
        } catch {
          if error.code != "PLT0001" || !error.message.contains(word) {
            found.append("\(type.name): \(settings) is refused by \(error.code): \(error.message)")
          }
        }
      }
    }
    return found
  }
}
