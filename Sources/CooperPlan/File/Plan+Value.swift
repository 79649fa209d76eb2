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

extension ChangeFields {
  var value: Value {
    let isUsual = secretsChanged.isEmpty && revision == nil && startsAfter.isEmpty && facetWaits.isEmpty
    guard !isUsual, var map = usual.map else { return usual }
    if !startsAfter.isEmpty { map["startsAfter"] = Value(startsAfter.map(\.description)) }
    if !facetWaits.isEmpty {
      map["facetWaits"] = .map(ValueMap(facetWaits.map { ($0.key, Value($0.value.map(\.description))) }))
    }
    if !secretsChanged.isEmpty { map["secretsChanged"] = Value(secretsChanged) }
    if let revision { map["revision"] = .string(revision) }
    return .map(map)
  }

  // Keys in byte order here and below, so that nothing is left to sort for each change of a large plan.
  private var usual: Value {
    .map([
      "action": .string(action.rawValue),
      "address": Value(address),
      "calls": .list(calls.map(\.value)),
      "connection": .string(connection),
      "contents": contents?.value ?? .null,
      "deletion": .string(deletion.rawValue),
      "dependsOn": Value(dependsOn.map(\.description)),
      "description": Value(description),
      "facets": .list(facets.map(\.value)),
      "kind": .string(kind),
      "knownAfterApply": Value(knownAfterApply),
      "movedFrom": Value(movedFrom?.description),
      "origin": origin?.value ?? .null,
      "purges": .bool(purges),
      "reasons": Value(reasons.map(\.rawValue)),
      "refersOnly": .bool(refersOnly),
      "risks": .list(risks.map(\.value)),
      "target": target.value,
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
      "account": Value(identity.account),
      "address": Value(address),
      "endpoint": .string(identity.endpoint),
      "name": .string(identity.name),
      "region": Value(region),
      "settings": .map(settings),
      "site": site.fields,
    ]
  }
}

extension Site {
  /// How it signs in is told only where that matters.
  fileprivate var fields: Value {
    let fields: ValueMap = [
      "connection": .string(connection), "type": .string(type), "endpoint": .string(endpoint),
      "region": Value(region), "account": Value(account), "partition": .string(partition),
    ]
    return fields.adding(("access", access.map { .string($0) }))
  }
}

extension FacetPlan {
  fileprivate var value: Value {
    var pairs: [(String, Value)] = []
    pairs.reserveCapacity(8)
    pairs.append(("action", .string(action.rawValue)))
    if let after { pairs.append(("after", after)) }
    if let before { pairs.append(("before", before)) }
    pairs.append(("name", .string(name)))
    pairs.append(("origin", origin?.value ?? .null))
    if let owned { pairs.append(("owned", owned)) }
    pairs.append(("rank", Value(rank)))
    pairs.append(("reason", .string(reason.rawValue)))
    return .map(ValueMap(pairs))
  }
}

extension PlannedCall {
  fileprivate var value: Value {
    ["method": .string(method), "permission": Value(permission), "url": .string(url)]
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
