/// The kinds that belong to the language whatever provider holds them; a new one is a line here.
public enum ModelKinds {
  public static let all: [KindSchema] = [
    BackupLocation.schema, Document.schema, Grant.schema, Identity.schema, ManagedPolicy.schema, Registration.schema,
  ]
}
