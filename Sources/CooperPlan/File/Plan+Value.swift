internal import CooperDiagnostics
internal import CooperModel
internal import CooperProvider
public import CooperSchema

extension Plan {
  /// The plan as data, in the form of `schemas/plan.schema.json`; keys are only ever added within a format version.
  ///
  /// Every key is always there, null where nothing is known, except those that hold facet values: `before`, `after`, `owned`,
  /// `recorded` and `observed` are absent where the value is absent, since null and empty are values of their own.
  public var value: Value {
    .map([
      "formatVersion": .integer(Int64(Self.formatVersion)),
      "cooperVersion": .string(cooperVersion),
      "project": .string(project),
      "createdAt": .integer(createdAt),
      "isObserved": .bool(isObserved),
      "basis": basis.value,
      "summary": summary.value,
      "changes": .list(changes.map(\.value)),
      "recordings": .list(recordings.map(\.value)),
      "drift": .list(drift.map(\.value)),
      "blocked": .list(blocked.map(\.value)),
      "unsupported": .list(unsupported.map(\.value)),
      "diagnostics": .list(diagnostics.map(\.value)),
      "openIntents": .list(openIntents.map(\.value)),
      "connections": .list(connections.map(\.value)),
    ])
  }
}

extension Value {
  fileprivate init(_ text: String?) { self = text.map { .string($0) } ?? .null }
  fileprivate init(_ texts: [String]) { self = .list(texts.map { .string($0) }) }
  fileprivate init(_ address: Address) { self = .string(address.description) }
  fileprivate init(_ number: Int) { self = .integer(Int64(number)) }
}

extension ValueMap {
  /// Adds facet values where there are any; null is one.
  fileprivate func adding(_ values: (String, Value?)...) -> Value {
    var map = self
    for (key, value) in values { map[key] = value }
    return .map(map)
  }
}

extension Basis {
  fileprivate var value: Value {
    let digests = observed.map { address, facets in
      (address.description, Value.map(ValueMap(facets.map { ($0, .string($1)) })))
    }
    return .map([
      "configDigest": .string(configDigest),
      "stateLineage": .string(stateLineage),
      "stateSerial": Value(stateSerial),
      "environment": Value(environment),
      "observed": .map(ValueMap(digests)),
    ])
  }
}

extension PlanSummary {
  var value: Value {
    .map([
      "create": Value(create), "update": Value(update), "replace": Value(replace), "delete": Value(delete),
      "adopt": Value(adopt), "release": Value(release), "forget": Value(forget), "move": Value(move),
      "unchanged": Value(unchanged), "blocked": Value(blocked), "unsupported": Value(unsupported),
    ])
  }
}

extension Change {
  var value: Value {
    let isUsual = secretsChanged.isEmpty && revision == nil && startsAfter.isEmpty && facetWaits.isEmpty
    guard !isUsual, var map = whole.map else { return whole }
    if !startsAfter.isEmpty { map["startsAfter"] = Value(startsAfter.map(\.description)) }
    if !facetWaits.isEmpty {
      map["facetWaits"] = .map(ValueMap(facetWaits.map { ($0.key, Value($0.value.map(\.description))) }))
    }
    if !secretsChanged.isEmpty { map["secretsChanged"] = Value(secretsChanged) }
    if let revision { map["revision"] = .string(revision) }
    return .map(map)
  }

  private var whole: Value {
    .map([
      "address": Value(address),
      "kind": .string(kind),
      "action": .string(action.rawValue),
      "reasons": Value(reasons.map(\.rawValue)),
      "risks": .list(risks.map(\.value)),
      "facets": .list(facets.map(\.value)),
      "calls": .list(calls.map(\.value)),
      "dependsOn": Value(dependsOn.map(\.description)),
      "knownAfterApply": Value(knownAfterApply),
      "origin": origin?.value ?? .null,
      "target": target.value,
      "connection": .string(connection),
      "deletion": .string(deletion.rawValue),
      "description": Value(description),
      "contents": contents?.value ?? .null,
      "purges": .bool(purges),
      "movedFrom": Value(movedFrom?.description),
      "refersOnly": .bool(refersOnly),
    ])
  }
}

extension Origin {
  fileprivate var value: Value { ["file": .string(file), "line": Value(line)] }
}

extension Risk {
  fileprivate var value: Value {
    ["kind": .string(kind.rawValue), "message": .string(message), "needsConsent": .bool(needsConsent)]
  }
}

extension Contents {
  fileprivate var value: Value {
    ["objects": Value(objects), "bytes": .integer(bytes), "complete": .bool(complete)]
  }
}

extension Target {
  fileprivate var value: Value {
    guard let scope = identity.scope, var map = unscoped.map else { return unscoped }
    map["scope"] = .string(scope)
    return .map(map)
  }

  private var unscoped: Value {
    [
      "address": Value(address),
      "endpoint": .string(identity.endpoint),
      "account": Value(identity.account),
      "name": .string(identity.name),
      "region": Value(region),
      "settings": .map(settings),
      "site": [
        "connection": .string(site.connection), "type": .string(site.type), "endpoint": .string(site.endpoint),
        "region": Value(site.region), "account": Value(site.account), "partition": .string(site.partition),
      ],
    ]
  }
}

extension FacetPlan {
  fileprivate var value: Value {
    let map: ValueMap = [
      "name": .string(name), "action": .string(action.rawValue), "reason": .string(reason.rawValue),
      "rank": Value(rank), "origin": origin?.value ?? .null,
    ]
    return map.adding(("before", before), ("after", after), ("owned", owned))
  }
}

extension PlannedCall {
  fileprivate var value: Value {
    ["method": .string(method), "url": .string(url), "permission": Value(permission)]
  }
}

extension Drift {
  fileprivate var value: Value {
    let map: ValueMap = ["address": Value(address), "facet": Value(facet), "origin": origin?.value ?? .null]
    return map.adding(("recorded", recorded), ("observed", observed))
  }
}

extension Blocked {
  fileprivate var value: Value {
    [
      "address": Value(address), "facet": Value(facet), "action": .string(action.rawValue), "why": Value(why),
      "consent": Value(consent), "origin": origin?.value ?? .null, "contents": contents?.value ?? .null,
    ]
  }
}

extension Unsupported {
  fileprivate var value: Value {
    [
      "address": Value(address), "facet": .string(facet), "reason": .string(reason), "nearest": Value(nearest),
      "origin": origin?.value ?? .null,
    ]
  }
}

extension PlanDiagnostic {
  fileprivate var value: Value {
    [
      "code": .string(code), "severity": .string(severity.rawValue), "message": .string(message),
      "address": Value(address?.description), "origin": origin?.value ?? .null, "notes": Value(notes),
      "fix": Value(fix),
    ]
  }
}

extension OpenIntent {
  fileprivate var value: Value {
    ["address": Value(address), "operation": .string(operation), "finding": .string(finding)]
  }
}

extension ConnectionReport {
  fileprivate var value: Value {
    [
      "name": .string(name), "type": .string(type), "endpoint": .string(endpoint), "account": Value(account),
      "principal": Value(principal),
    ]
  }
}
