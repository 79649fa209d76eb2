/// A reader of bytes that come from elsewhere, as fuzzing and the tests of its corpus call it.
public struct FuzzTarget: Sendable {
  /// Also the folder of its inputs under `Fuzz/Corpus` and `Fuzz/Crashes`.
  public let name: String
  /// Says what doesn't hold for these bytes; nil when all does. A crash says it too.
  public let finding: @Sendable ([UInt8]) -> String?

  public static let all = [yaml, json, state, journal, plan, s3, ini, config, template, sealed, variables, format]
}
