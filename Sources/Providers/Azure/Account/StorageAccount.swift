import CooperModel
import CooperProvider
import CooperSchema

/// The storage account as a kind: one procedure for all of its settings, the rest through Resource Manager.
enum StorageAccount {
  static let facets: [AnyFacet] = [
    AnyFacet(AzureSKU.self), AnyFacet(AzureAccessTier.self), AnyFacet(AzureMinimumTLS.self),
    AnyFacet(AzurePublicAccess.self), AnyFacet(AzureNetworkDefault.self), AnyFacet(AzureVersioning.self),
    AnyFacet(AzureSoftDelete.self), AnyFacet(AzureChangeFeed.self), AnyFacet(AzureLastAccessTracking.self),
    AnyFacet(AzureCORS.self), AnyFacet(AzureLifecycle.self), AnyFacet(AzureTags.self),
  ]

  static let kind = Kind(
    schema: StorageAccountKind.schema, granularity: .resource(AccountDocument.combine), facets: facets,
    find: { FindAccount($0) }, create: { needsSettings($0) { CreateAccount.procedure($0) } },
    delete: { needsSettings($0) { DeleteAccount.procedure($0) } },
    contents: { target, limit in needsSettings(target) { AccountContents.count($0, limit) } },
    empty: { needsSettings($0) { EmptyAccount($0) } }, list: { ListAccounts.procedure($0) },
    revision: { $0.site.reachesSettings ? AccountDocument.revision($0) : Immediate(nil) })

  /// A key or a signature reaches nothing of the account itself.
  private static func needsSettings<Output: Sendable>(
    _ target: Target, _ make: (Target) -> any Procedure<Output>
  ) -> any Procedure<Output> {
    guard target.site.reachesSettings else {
      return Immediate(failing: CallFailure(.unsupported, code: "AZU0110", AzureAccountSupport.keyReachesData))
    }
    return make(target)
  }

  /// Names of places are compared without the spaces and capitals in which people know them.
  static func region(_ text: String?) -> String? {
    text.map { $0.lowercased().filter { $0 != " " } }
  }
}

/// Whether the account is there; a name that somebody else has is told before anything is made.
struct FindAccount: Procedure {
  private let target: Target
  private var isAsking = false

  init(_ target: Target) { self.target = target }

  private var read: Call { AccountDocument.account.read(target) }

  /// What a key can ask: whose SKU it is, and nothing else (Storage REST API, Get Account Information).
  private var information: Call {
    Call(
      .get, service: "blob", bucket: target.name,
      query: [QueryItem("restype", "account"), QueryItem("comp", "properties")],
      permissions: [Permission("\(ArmCall.provider)/storageAccounts/read", on: target.name)])
  }

  /// Storage Resource Provider, Storage Accounts, Check Name Availability.
  private var question: Call {
    ArmCall.subscription(
      .post, target.site, ["checkNameAvailability"],
      body: ["name": .string(target.name), "type": "Microsoft.Storage/storageAccounts"],
      needs: "checknameavailability/read")
  }

  mutating func next(_ reply: Reply?) -> Step<Found> {
    guard target.site.reachesSettings else { return findByData(reply) }
    guard let reply else { return .call(isAsking ? question : read) }
    do throws(CallFailure) {
      if isAsking { return try answered(reply) }
      let document = try ArmReply.resource(reply, AccountDocument.accountType, to: read)
      return .done(.present(region: StorageAccount.region(document["location"]?.string)))
    } catch {
      guard !isAsking, error.kind == .notFound else { return .failed(error) }
      isAsking = true
      return .call(question)
    }
  }

  private func findByData(_ reply: Reply?) -> Step<Found> {
    guard let reply else { return .call(information) }
    do throws(CallFailure) {
      _ = try reply.succeeded(information)
      return .done(.present(region: nil))
    } catch {
      return .failed(error)
    }
  }

  private func answered(_ reply: Reply) throws(CallFailure) -> Step<Found> {
    // Who may not ask learns it at the creation.
    if reply.status == 403 { return .done(.absent) }
    let document = try ArmReply.document(reply, to: question)
    guard let isFree = document["nameAvailable"]?.bool else {
      throw ArmReply.wrongShape(reply, question, "nameAvailable")
    }
    return .done(
      isFree || document["reason"]?.string == "AccountNameInvalid"
        ? .absent : .foreign("another resource group or subscription, or it was deleted and is still reserved"))
  }
}

/// Makes the account with what has to be chosen then, and waits until it is there
/// (Storage Resource Provider, Storage Accounts, Create).
enum CreateAccount {
  static func procedure(_ target: Target) -> any Procedure<ValueMap> {
    let place = AccountPlace(target)
    let call = ArmCall.account(
      .put, place, body: body(target), needs: "storageAccounts/write", idempotent: false)
    let read = AccountDocument.account.read(target)
    return Then(Made(LongRunning(call, on: target.site, result: read), call)) { _ in
      AwaitAccount(read)
    }
  }

  private static func body(_ target: Target) -> Value {
    let desired = target.desired
    let kind = target.settings["accountKind"]?.string ?? "StorageV2"
    var properties: ValueMap = ["supportsHttpsTrafficOnly": true]
    if let word = desired["minimumTls"]?.string.flatMap({ MinimumTLS(rawValue: $0) }) {
      properties["minimumTlsVersion"] = .string(AzureMinimumTLS.word(word))
    }
    // Kept shut from its first moment.
    if let word = desired["publicAccess"]?.string { properties["allowBlobPublicAccess"] = .bool(word == "allowed") }
    if desired["networkDefault"]?.string == "deny" {
      properties["networkAcls"] = ["defaultAction": "Deny", "bypass": "AzureServices"]
    }
    switch kind {
    // Premium, without tiers.
    case "BlockBlobStorage": break
    // Accounts of this kind can't be made without one.
    case "BlobStorage": properties["accessTier"] = desired["accessTier"] ?? "Hot"
    default: if let tier = desired["accessTier"] { properties["accessTier"] = tier }
    }
    var body: ValueMap = [
      "sku": ["name": desired["sku"] ?? "Standard_LRS"], "kind": .string(kind),
      "location": .string(target.region ?? ""), "properties": .map(properties),
    ]
    if let tags = desired["tags"] { body["tags"] = tags }
    return .map(body)
  }

  /// An answer of 200 right away is that of an account which was there already, as it is.
  private struct Made: Procedure {
    private var inner: LongRunning
    private let call: Call
    private var hasAnswered = false

    init(_ inner: LongRunning, _ call: Call) {
      self.inner = inner
      self.call = call
    }

    var plannedCalls: [Call] { [call] }

    mutating func next(_ reply: Reply?) -> Step<Void> {
      if !hasAnswered, let reply {
        hasAnswered = true
        if reply.status == 200 {
          return .failed(
            CallFailure(.conflict, code: "AccountExists", "the account is there already", status: 200, call: call.line))
        }
      }
      switch inner.next(reply) {
      case .call(let call): return .call(call)
      case .wait(let duration): return .wait(duration)
      case .failed(let failure): return .failed(failure)
      case .done: return .done(())
      }
    }
  }
}

/// Reads until the account says that it is ready.
struct AwaitAccount: Procedure {
  private let read: Call
  private var tries = 0
  private static let limit = 60

  init(_ read: Call) { self.read = read }

  mutating func next(_ reply: Reply?) -> Step<ValueMap> {
    guard let reply else { return .call(read) }
    do throws(CallFailure) {
      let document = try ArmReply.resource(reply, AccountDocument.accountType, to: read)
      switch document["properties"]?["provisioningState"]?.given?.string {
      case nil, "Succeeded": return .done(ValueMap())
      case "Failed", "Canceled":
        throw CallFailure(.invalid, code: "ProvisioningFailed", "the account could not be made ready", call: read.line)
      default: return try again()
      }
    } catch {
      // It was made a moment ago.
      guard error.kind == .notFound, let step = try? again() else { return .failed(error) }
      return step
    }
  }

  private mutating func again() throws(CallFailure) -> Step<ValueMap> {
    tries += 1
    guard tries < Self.limit else {
      throw CallFailure(
        .unavailable, code: "OperationTooLong", "the account is not ready yet; the next apply goes on with it",
        call: read.line, mayHaveHappened: true)
    }
    return .wait(.milliseconds(min(10_000, 250 << min(tries, 6))))
  }
}

/// All accounts of the subscription (Storage Resource Provider, Storage Accounts, List).
enum ListAccounts {
  static func call(_ site: Site) -> Call {
    ArmCall.subscription(.get, site, ["storageAccounts"], needs: "storageAccounts/read")
  }

  static func procedure(_ site: Site) -> any Procedure<[Listed]> {
    guard site.reachesSettings else {
      return Immediate(failing: CallFailure(.unsupported, code: "AZU0110", AzureAccountSupport.keyReachesData))
    }
    return Then(ArmPages(call(site), on: site)) { found in
      Immediate(
        found.elements.compactMap { account in
          account["name"]?.string.map { Listed(name: $0, region: StorageAccount.region(account["location"]?.string)) }
        })
    }
  }
}

/// What an account holds: its containers.
enum AccountContents {
  static func call(_ target: Target) -> Call {
    ArmCall.account(
      .get, AccountPlace(target), ["blobServices", "default", "containers"],
      needs: "storageAccounts/blobServices/containers/read")
  }

  static func count(_ target: Target, _ limit: Int) -> any Procedure<Contents> {
    Then(ArmPages(call(target), on: target.site, isEnough: { $0 >= limit })) { found in
      Immediate(Contents(objects: found.elements.count, bytes: 0, complete: found.isComplete))
    }
  }
}

/// Deletes an account without containers: the service itself would take them along.
enum DeleteAccount {
  static func procedure(_ target: Target) -> any Procedure<Void> {
    let call = ArmCall.account(.delete, AccountPlace(target), needs: "storageAccounts/delete")
    return ListedDeletion(
      Then(ArmPages(AccountContents.call(target), on: target.site, isEnough: { $0 > 0 })) { found in
        guard found.elements.isEmpty else {
          let name = found.elements.first?["name"]?.string ?? "one"
          return Immediate(
            failing: CallFailure(
              .conflict, code: "AccountNotEmpty", "the account still holds containers, among them \(name)",
              call: call.line))
        }
        return Then(LongRunning(call, on: target.site)) { _ in Immediate(()) }
      }, planned: call)
  }
}

/// A deletion after a look; a plan lists the deletion.
struct ListedDeletion: Procedure {
  private var inner: any Procedure<Void>
  private let planned: Call

  init(_ inner: any Procedure<Void>, planned: Call) {
    self.inner = inner
    self.planned = planned
  }

  var plannedCalls: [Call] { [planned] }

  mutating func next(_ reply: Reply?) -> Step<Void> { inner.next(reply) }
}

/// Deletes the containers of an account until none is listed any more.
struct EmptyAccount: Procedure {
  private let target: Target
  private var pages: ArmPages
  private var rest: [String] = []
  private var isListing = true
  private var rounds = 0
  private static let roundLimit = 50

  init(_ target: Target) {
    self.target = target
    pages = ArmPages(AccountContents.call(target), on: target.site)
  }

  private func deletion(_ name: String) -> Call {
    ArmCall.account(
      .delete, AccountPlace(target), ["blobServices", "default", "containers", name],
      needs: "storageAccounts/blobServices/containers/delete")
  }

  var plannedCalls: [Call] { [AccountContents.call(target), deletion("…")] }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    if isListing { return listed(reply) }
    guard let name = rest.last else { return relist() }
    guard let reply else { return .call(deletion(name)) }
    do throws(CallFailure) {
      if reply.status != 404 { _ = try reply.succeeded(deletion(name)) }
    } catch {
      return .failed(error)
    }
    rest.removeLast()
    return next(nil)
  }

  private mutating func relist() -> Step<Void> {
    pages = ArmPages(AccountContents.call(target), on: target.site)
    isListing = true
    return listed(nil)
  }

  private mutating func listed(_ reply: Reply?) -> Step<Void> {
    switch pages.next(reply) {
    case .call(let call): return .call(call)
    case .wait(let duration): return .wait(duration)
    case .failed(let failure): return .failed(failure)
    case .done(let found):
      rest = found.elements.compactMap { $0["name"]?.string }
      if rest.isEmpty { return .done(()) }
      rounds += 1
      guard rounds < Self.roundLimit else {
        return .failed(
          CallFailure(.conflict, code: "NotEmptied", "\(rest.count) containers are listed again after their deletion"))
      }
      isListing = false
      return next(nil)
    }
  }
}
