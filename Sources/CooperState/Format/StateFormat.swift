import CooperSchema

/// The text of a state file in any format version; every old one stays readable for ever.
public enum StateFormat {
  /// Writes the newest format: sorted, pretty-printed, a line end at the end. `cooperVersion` says who wrote it.
  public static func encode(_ snapshot: StateSnapshot, cooperVersion: String) -> [UInt8] {
    ValueJSON.encode(StateFormatV1.value(of: snapshot, cooperVersion: cooperVersion), pretty: true)
  }

  /// Reads a state; `.corrupt` names `file:line:column` or the key, `.incompatible` means a newer format.
  ///
  /// Invariants are not checked here, so that a state that breaks one can still be looked at; see `check`.
  public static func decode(_ bytes: [UInt8], file: String) throws(StateFailure) -> StateSnapshot {
    let value: Value
    do throws(JSONSyntaxError) {
      value = try ValueJSON.decode(bytes)
    } catch {
      let place = "\(file):\(error.line):\(error.column)"
      throw StateFailure(.corrupt, bytes.isEmpty ? "\(file) is empty" : "\(place) is not a state: \(error.message)")
    }
    guard let version = value["formatVersion"]?.integer else {
      throw StateFailure(.corrupt, "\(file) is not a state: \"formatVersion\" is missing")
    }
    guard version <= StateSnapshot.formatVersion else {
      let writer = value["cooper"]?.string.map { " by Cooper \($0)" } ?? ""
      throw StateFailure(
        .incompatible,
        "\(file) was written\(writer) in state format \(version); this version reads up to \(StateSnapshot.formatVersion)",
        fix: "Use that version of Cooper or a newer one.")
    }
    do throws(FormatProblem) {
      guard version == 1 else { throw FormatProblem("there is no format \(version)", path: ["formatVersion"]) }
      return try StateFormatV1.snapshot(from: value)
    } catch {
      throw StateFailure(.corrupt, "\(file) is not a state: \(error.description)")
    }
  }

  /// Throws `.corrupt` with all broken invariants of a state that was read or is about to be saved.
  public static func check(_ snapshot: StateSnapshot, file: String) throws(StateFailure) {
    let violations = snapshot.violations()
    guard let first = violations.first else { return }
    let list = violations.prefix(10).map { "\n  " + $0.description }.joined()
    let more = violations.count > 10 ? "\n  and \(violations.count - 10) more" : ""
    throw StateFailure(
      .corrupt, "\(file) breaks what must hold of every state:\(list)\(more)",
      fix: first.address.map { "Let go of one of them with `cooper state forget \($0)`, or restore an earlier state." }
        ?? "Restore an earlier state.")
  }
}
