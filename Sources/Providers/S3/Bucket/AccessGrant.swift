/// One line of an access control list (S3 API Reference, Grant): who, and what. Display names are never looked at: S3 no
/// longer sends them.
struct AccessGrant: Sendable, Hashable {
  enum Grantee: Sendable, Hashable {
    /// By the id of an account.
    case account(String)
    /// By the address of a predefined group.
    case group(String)
    case email(String)
  }

  /// The predefined groups (S3 User Guide, "Amazon S3 predefined groups").
  static let everybody = Grantee.group("http://acs.amazonaws.com/groups/global/AllUsers")
  static let anyAccount = Grantee.group("http://acs.amazonaws.com/groups/global/AuthenticatedUsers")
  static let logDelivery = Grantee.group("http://acs.amazonaws.com/groups/s3/LogDelivery")

  var grantee: Grantee
  var permission: String

  init(_ grantee: Grantee, _ permission: String) {
    self.grantee = grantee
    self.permission = permission
  }

  /// Nil for an element that names nobody.
  init?(_ element: XMLElement) {
    guard let who = element.child("Grantee"), let permission = element.text("Permission") else { return nil }
    if let uri = who.text("URI"), !uri.isEmpty {
      self.init(.group(uri), permission)
    } else if let id = who.text("ID"), !id.isEmpty {
      self.init(.account(id), permission)
    } else if let address = who.text("EmailAddress"), !address.isEmpty {
      self.init(.email(address), permission)
    } else {
      return nil
    }
  }

  /// Who may do what, for a person.
  var text: String {
    let who =
      switch grantee {
      case .account(let id): id
      case .group(let uri): uri.split(separator: "/").last.map(String.init) ?? uri
      case .email(let address): address
      }
    return "\(who): \(permission)"
  }

  func write(_ writer: inout XMLWriter) {
    writer.element("Grant") {
      switch grantee {
      case .account(let id): Self.grantee("CanonicalUser", &$0) { $0.element("ID", id) }
      case .group(let uri): Self.grantee("Group", &$0) { $0.element("URI", uri) }
      case .email(let address):
        Self.grantee("AmazonCustomerByEmail", &$0) { $0.element("EmailAddress", address) }
      }
      $0.element("Permission", permission)
    }
  }

  private static func grantee(_ type: String, _ writer: inout XMLWriter, _ content: (inout XMLWriter) -> Void) {
    writer.element(
      "Grantee", attributes: [("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"), ("xsi:type", type)], content)
  }
}
