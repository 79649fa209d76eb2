import CooperModel
import CooperSchema

/// Format 1 of one journal event: a map with `type` and the event's own keys; `begin` names the format.
enum EventFormatV1 {
  static func value(of event: Event) -> Value {
    switch event {
    case .begin(let run, let command, let at, let lineage, let serial):
      return [
        "type": "begin", "formatVersion": 1, "run": .string(run), "command": .string(command), "at": .integer(at),
        "lineage": .string(lineage), "serial": .integer(Int64(serial)),
      ]
    case .intent(let address, let operation, let resource):
      return [
        "type": "intent", "address": .string(address.description), "operation": .string(operation.rawValue),
        "resource": StateFormatV1.value(of: resource),
      ]
    case .outcome(let address, let operation, .done(let outputs)):
      return [
        "type": "outcome", "address": .string(address.description), "operation": .string(operation.rawValue),
        "done": .map(outputs),
      ]
    case .outcome(let address, let operation, .nothingHappened(let reason)):
      return [
        "type": "outcome", "address": .string(address.description), "operation": .string(operation.rawValue),
        "nothingHappened": .string(reason),
      ]
    case .recorded(let address, let resource):
      return [
        "type": "recorded", "address": .string(address.description), "resource": StateFormatV1.value(of: resource),
      ]
    case .redeclared(let address, let resource):
      return [
        "type": "redeclared", "address": .string(address.description), "resource": StateFormatV1.value(of: resource),
      ]
    case .facet(let address, let name, let facet):
      var map = ValueMap([("type", "facet"), ("address", .string(address.description)), ("facet", .string(name))])
      map["recorded"] = facet.map { StateFormatV1.value(of: $0) }
      return .map(map)
    case .outputs(let address, let outputs):
      return ["type": "outputs", "address": .string(address.description), "outputs": .map(outputs)]
    case .forgotten(let address):
      return ["type": "forgotten", "address": .string(address.description)]
    case .moved(let from, let to):
      return ["type": "moved", "from": .string(from.description), "to": .string(to.description)]
    case .connection(let name, let connection):
      return ["type": "connection", "name": .string(name), "connection": connection.value]
    case .fingerprintKey(let key):
      return ["type": "fingerprintKey", "key": .string(key)]
    case .secrets(let address, let part, let fingerprints):
      return [
        "type": "secrets", "address": .string(address.description), "part": .string(part),
        "fingerprints": .map(ValueMap(fingerprints.map { ($0.key, .string($0.value)) })),
      ]
    case .end:
      return ["type": "end"]
    }
  }

  static func event(from value: Value) throws(FormatProblem) -> Event {
    var reader = try EntryReader(value)
    let type = try reader.text("type")
    switch type {
    case "begin":
      let version = try reader.integer("formatVersion")
      guard version == 1 else { throw FormatProblem("there is no format \(version)", path: ["formatVersion"]) }
      let event = Event.begin(
        run: try reader.text("run"), command: try reader.text("command"), at: try reader.integer("at"),
        lineage: try reader.text("lineage"), serial: Int(try reader.integer("serial")))
      try reader.finish(["at", "command", "formatVersion", "lineage", "run", "serial", "type"])
      return event
    case "intent":
      let event = Event.intent(
        try address(&reader, "address"), try reader.choice("operation", as: Event.Operation.self),
        try StateFormatV1.resource(from: reader.required("resource")))
      try reader.finish(["address", "operation", "resource", "type"])
      return event
    case "outcome":
      return try outcome(&reader)
    case "recorded", "redeclared":
      let place = try address(&reader, "address")
      let resource = try StateFormatV1.resource(from: reader.required("resource"))
      try reader.finish(["address", "resource", "type"])
      return type == "recorded" ? .recorded(place, resource) : .redeclared(place, resource)
    case "facet":
      let place = try address(&reader, "address")
      let name = try reader.text("facet")
      let recorded = reader.optional("recorded")
      try reader.finish(["address", "facet", "recorded", "type"])
      guard let recorded else { return .facet(place, name, nil) }
      return .facet(place, name, try StateFormatV1.facet(from: recorded))
    case "outputs":
      let event = Event.outputs(try address(&reader, "address"), try reader.map("outputs"))
      try reader.finish(["address", "outputs", "type"])
      return event
    case "forgotten":
      let event = Event.forgotten(try address(&reader, "address"))
      try reader.finish(["address", "type"])
      return event
    case "moved":
      let event = Event.moved(from: try address(&reader, "from"), to: try address(&reader, "to"))
      try reader.finish(["from", "to", "type"])
      return event
    case "connection":
      let event = Event.connection(try reader.text("name"), try RecordedConnection(from: reader.required("connection")))
      try reader.finish(["connection", "name", "type"])
      return event
    case "fingerprintKey":
      let event = Event.fingerprintKey(try reader.text("key"))
      try reader.finish(["key", "type"])
      return event
    case "secrets":
      let event = Event.secrets(
        try address(&reader, "address"), try reader.text("part"),
        try RecordedConnection.texts(reader.required("fingerprints"), "fingerprints"))
      try reader.finish(["address", "fingerprints", "part", "type"])
      return event
    case "end":
      try reader.finish(["type"])
      return .end
    default:
      throw FormatProblem("there is no event \"\(type)\"", path: ["type"])
    }
  }

  private static func outcome(_ reader: inout EntryReader) throws(FormatProblem) -> Event {
    let place = try address(&reader, "address")
    let operation = try reader.choice("operation", as: Event.Operation.self)
    let outcome: Event.Outcome
    if let reason = try reader.optionalText("nothingHappened") {
      outcome = .nothingHappened(reason)
    } else {
      outcome = .done(try reader.map("done"))
    }
    try reader.finish(["address", "operation", outcome.key, "type"])
    return .outcome(place, operation, outcome)
  }

  private static func address(_ reader: inout EntryReader, _ key: String) throws(FormatProblem) -> Address {
    guard let address = Address(try reader.text(key)) else {
      throw FormatProblem("the address is not section.name", path: [key])
    }
    return address
  }
}

extension Event.Outcome {
  fileprivate var key: String {
    switch self {
    case .done: "done"
    case .nothingHappened: "nothingHappened"
    }
  }
}
