internal import CooperDiagnostics
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema

/// The form for code scanners (OASIS SARIF 2.1.0): what is blocked, risky, drifted or wrong, beside the line of YAML.
struct SARIFSink: PlanSink {
  func render(_ plan: Plan, _ style: RenderStyle) -> String {
    let findings = Self.findings(plan)
    var rules: [String: String] = [:]
    for finding in findings where rules[finding.rule] == nil { rules[finding.rule] = finding.summary }
    let order = rules.keys.sorted()
    let indices = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    let driver: Value = [
      "name": "Cooper", "version": .string(plan.cooperVersion),
      "rules": .list(order.map { ["id": .string($0), "shortDescription": ["text": .string(rules[$0] ?? $0)]] }),
    ]
    let run: Value = [
      "tool": ["driver": driver],
      "columnKind": "unicodeCodePoints",
      "results": .list(findings.map { $0.result(ruleIndex: indices[$0.rule] ?? 0) }),
    ]
    return Self.log(run)
  }

  /// A log of one run, as text.
  static func log(_ run: Value) -> String {
    let log: Value = [
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0", "runs": [run],
    ]
    return String(decoding: ValueJSON.encode(log, pretty: true), as: UTF8.self)
  }

  private struct Finding {
    var rule: String
    var summary: String
    var level: String
    var message: String
    var subject: String
    var origin: Origin?

    func result(ruleIndex: Int) -> Value {
      var result: ValueMap = [
        "ruleId": .string(rule), "ruleIndex": .integer(Int64(ruleIndex)), "level": .string(level),
        "message": ["text": .string(printable(message))],
        // Keeps an alert the same when lines above it move.
        "partialFingerprints": ["cooperSubject/v1": .string(rule + " " + subject)],
      ]
      if let origin {
        let place: Value = [
          "artifactLocation": ["uri": .string(SARIFSink.uri(origin.file)), "uriBaseId": "%SRCROOT%"],
          "region": ["startLine": .integer(Int64(max(1, origin.line)))],
        ]
        result["locations"] = [["physicalLocation": place]]
      }
      return .map(result)
    }
  }

  private static func findings(_ plan: Plan) -> [Finding] {
    var findings: [Finding] = []
    for blocked in plan.blocked {
      let subject = blocked.address.description + (blocked.facet.map { "/" + $0 } ?? "")
      let way = blocked.consent.isEmpty ? [] : ["Write one of: " + blocked.consent.joined(separator: " | ")]
      findings.append(
        Finding(
          rule: "plan/blocked", summary: "A change waits for a consent in the YAML.", level: "error",
          message: (["\(blocked.action.rawValue) of \(subject) is blocked"] + blocked.why + way).joined(
            separator: ". "),
          subject: subject, origin: blocked.origin))
    }
    for unsupported in plan.unsupported {
      let subject = "\(unsupported.address)/\(unsupported.facet)"
      findings.append(
        Finding(
          rule: "plan/unsupported", summary: "The endpoint can't hold what the YAML says.", level: "error",
          message: "\(subject): \(unsupported.reason)", subject: subject, origin: unsupported.origin))
    }
    for change in plan.changes {
      for risk in change.risks {
        findings.append(
          Finding(
            rule: "risk/" + risk.kind.rawValue, summary: "A change \(risk.kind.words).",
            level: risk.kind.needsConsent ? "warning" : "note",
            message: "\(change.action.rawValue) of \(change.address): \(risk.kind.words): \(risk.message)",
            subject: "\(change.address) \(risk.message)", origin: change.origin))
      }
    }
    for drift in plan.drift {
      let subject = drift.address.description + (drift.facet.map { "/" + $0 } ?? "")
      findings.append(
        Finding(
          rule: "plan/drift", summary: "Something was changed outside Cooper.", level: "warning",
          message: drift.facet == nil
            ? "\(subject) was deleted outside Cooper" : "\(subject) was changed outside Cooper",
          subject: subject, origin: drift.origin))
    }
    for diagnostic in plan.diagnostics {
      findings.append(
        Finding(
          rule: diagnostic.code, summary: "See  cooper explain \(diagnostic.code).",
          level: diagnostic.severity.rawValue,
          message: ([diagnostic.message] + diagnostic.notes + diagnostic.fix).joined(separator: ". "),
          subject: diagnostic.address?.description ?? diagnostic.message, origin: diagnostic.origin))
    }
    return findings
  }

  /// A relative reference (RFC 3986): everything but unreserved characters and slashes is percent-encoded.
  static func uri(_ path: String) -> String {
    var text = ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "%" + Digest.hex([byte]).uppercased()
      }
    }
    return text
  }
}
