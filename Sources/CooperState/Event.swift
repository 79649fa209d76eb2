public import CooperModel
public import CooperSchema

/// One line of the journal; the state is the fold of all of them.
public enum Event: Sendable, Hashable {
  /// A run starts from this serial; events of a run whose base is not the state's serial are already folded.
  case begin(run: String, command: String, at: Int64, lineage: String, serial: Int)
  /// Durable before the call is sent: a create or delete may be under way.
  case intent(Address, Operation, RecordedResource)
  /// What became of the last intent at this address.
  case outcome(Address, Operation, Outcome)
  /// The entry as a whole, except facets that have events of their own.
  case recorded(Address, RecordedResource)
  /// Connection, region, settings, deletion and place of declaration as declared now; all else of the entry stays,
  /// and its status becomes complete. Without an entry it does nothing.
  case redeclared(Address, RecordedResource)
  /// A facet was written, observed equal to desired, or (nil) is no longer managed.
  case facet(Address, String, RecordedFacet?)
  /// What the provider chose by itself, learned after the resource was made; added to what is recorded of it.
  case outputs(Address, ValueMap)
  case forgotten(Address)
  case moved(from: Address, to: Address)
  /// A connection was used, and where it led.
  case connection(String, RecordedConnection)
  /// The key of the lineage under which secrets are fingerprinted; the first one stays.
  case fingerprintKey(String)
  /// Fingerprints of the secrets of one setting or facet, in the place of all earlier ones of it.
  case secrets(Address, String, [String: String])
  /// The run ended by itself; what follows belongs to the next.
  case end

  public enum Operation: String, Sendable, Hashable { case create, delete, purge }

  public enum Outcome: Sendable, Hashable {
    /// Done; the outputs are those born at the provider.
    case done(ValueMap)
    /// Refused by the provider or never sent: nothing happened.
    case nothingHappened(String)
  }
}
