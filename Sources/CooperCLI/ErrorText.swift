internal import CooperProvider
internal import CooperSchema
internal import CooperState
private import FoundationEssentials

/// Puts any thrown error into one sentence: never a stack trace, never a type's name.
enum ErrorText {
  static func sentence(_ error: any Error) -> String {
    switch error {
    case let failure as CallFailure: failure.message
    case let failure as StateFailure: failure.message
    case let mismatch as SchemaMismatch:
      "expected \(mismatch.expected)" + (mismatch.path.isEmpty ? "" : " at \(mismatch.path)")
    case let problem as CocoaError: sentence(problem)
    case let described as any CustomStringConvertible: described.description
    default: "something went wrong that this build has no words for; --log-level debug shows the calls before it"
    }
  }

  private static func sentence(_ error: CocoaError) -> String {
    let path = error.filePath.map { $0 + ": " } ?? ""
    return path + words(error.code)
  }

  private static func words(_ code: CocoaError.Code) -> String {
    switch code {
    case .fileReadNoPermission, .fileWriteNoPermission: "permission denied"
    case .fileReadNoSuchFile, .fileNoSuchFile: "there is no such file or directory"
    case .fileWriteFileExists: "it exists already"
    case .fileWriteOutOfSpace: "no space left on the device"
    case .fileWriteVolumeReadOnly: "the file system is read-only"
    default: "the file system refused it (\(code.rawValue))"
    }
  }
}
