public enum CanonicalDocument {
  public static func canonical(_ value: Value, _ dialect: DocumentDialect) -> Value { value }
}
