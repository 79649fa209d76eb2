/// What may happen to a bucket when it leaves the YAML.
public enum DeletionPolicy: String, Sendable, CaseIterable, Hashable {
  /// Removal is blocked until `removed:` says what to do.
  case protect
  /// An empty bucket may be deleted.
  case allow
  /// The bucket may be emptied and deleted.
  case purge
}

/// What `removed:` says of an address.
public enum RemovalAction: String, Sendable, CaseIterable, Hashable {
  /// Cooper lets go, the bucket stays.
  case forget
  /// An empty bucket is deleted.
  case delete
  /// The bucket is emptied, then deleted.
  case purge
}
