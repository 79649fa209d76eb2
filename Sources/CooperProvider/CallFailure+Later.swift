public import CooperModel

extension CallFailure {
  /// Of a provider whose connections the language knows and this version can't use yet.
  public static func signInOfLaterVersion(_ declaration: ConnectionDeclaration) -> CallFailure {
    CallFailure(
      .unsupported, code: "CON0011",
      "connection \"\(declaration.name)\": connections of type \(declaration.type) can be checked and planned offline "
        + "with --no-observe; this version can't sign in to them yet")
  }
}
