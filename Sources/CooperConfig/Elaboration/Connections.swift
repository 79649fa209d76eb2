internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

extension Elaborator {
  mutating func elaborateConnections() {
    for entry in layer.named["connections"] ?? [] where !entry.value.isNull {
      if let declaration = connection(entry) {
        connections[entry.key] = ConnectionEntry(declaration, range: entry.keyRange)
      } else {
        faultyConnections.insert(entry.key)
      }
    }
  }

  private mutating func connection(_ entry: SyntaxNode.Entry) -> ConnectionDeclaration? {
    guard entry.value.entries != nil else {
      report(.wrongResourceForm(entry, "connections"))
      return nil
    }
    let node = substituted(entry.value)
    let fields = (node.entries ?? []).filter { !$0.key.hasPrefix("x-") }
    let types = catalog.connectionTypes.keys.sorted()
    guard let typeField = fields.first(where: { $0.key == "type" }) else {
      report(.noConnectionType(entry, types))
      return nil
    }
    guard let typeName = checked(typeField.value, .string(.any), named: "type", key: typeField.keyRange)?.string
    else { return nil }
    guard let type = catalog.connectionTypes[typeName] else {
      report(
        .unknown(
          "connection type", typeName, at: typeField.value.range, among: types, code: .unknownConnectionType))
      return nil
    }
    let own: Set<String> = ["type", "description", "access", "planAccess"]
    let before = diagnostics.count
    if let description = fields.first(where: { $0.key == "description" }) {
      _ = checked(description.value, .string(.any), named: "description", key: description.keyRange)
    }
    let settingsNode = SyntaxNode(.mapping(fields.filter { !own.contains($0.key) }), node.range)
    let settings = checked(settingsNode, .object(type.settings), named: entry.key, key: entry.keyRange)
    let access = access("access", fields, type, entry)
    let planAccess =
      fields.contains { $0.key == "planAccess" && !$0.value.isNull }
      ? self.access("planAccess", fields, type, entry) : nil
    // Poison fails a check without a diagnostic of its own here, so nil counts as well.
    guard let settings = settings?.map, let access, diagnostics.count == before || !hasErrors(since: before) else {
      return nil
    }
    return ConnectionDeclaration(
      name: entry.key, type: typeName, settings: settings, access: access, planAccess: planAccess)
  }

  func hasErrors(since index: Int) -> Bool { diagnostics[index...].contains { $0.severity == .error } }

  /// Checks `access` by its method; the empty method is what stands when none is written.
  private mutating func access(
    _ key: String, _ fields: [SyntaxNode.Entry], _ type: ConnectionType, _ connection: SyntaxNode.Entry
  ) -> ValueMap? {
    let field = fields.first { $0.key == key && !$0.value.isNull }
    guard let field else {
      // Without a word about access, a type that has a usual way uses it.
      if type.accessMethods.isEmpty || type.accessMethods["default"] != nil { return ValueMap() }
      guard let plain = type.accessMethods[""] else {
        report(.noAccess(connection, type))
        return nil
      }
      let nothing = SyntaxNode(.mapping([]), connection.keyRange)
      return checked(nothing, .object(plain), named: "access", key: connection.keyRange)?.map
    }
    guard let entries = field.value.entries else {
      _ = checked(field.value, .map(.anything, keys: .any), named: key, key: field.keyRange)
      return nil
    }
    let methodField = entries.first { $0.key == "method" }
    var method = ""
    if let methodField {
      guard let text = checked(methodField.value, .string(.any), named: "method", key: methodField.keyRange)?.string
      else { return nil }
      method = text
    }
    guard let shape = type.accessMethods[method] else {
      let known = type.accessMethods.keys.filter { !$0.isEmpty }.sorted()
      if let methodField, !known.isEmpty {
        report(
          .unknown(
            "access method", method, at: methodField.value.range, among: known, code: .unknownAccessMethod))
      } else {
        report(.noAccessMethod(field, type, known))
      }
      return nil
    }
    let declaresMethod = shape["method"] != nil
    let rest = entries.filter { declaresMethod || $0.key != "method" }
    let value = checked(
      SyntaxNode(.mapping(rest), field.value.range), .object(shape), named: key, key: field.keyRange)
    guard var map = value?.map else { return nil }
    if methodField != nil { map["method"] = .string(method) }
    return map
  }
}

extension Diagnostic {
  static func noConnectionType(_ entry: SyntaxNode.Entry, _ types: [String]) -> Diagnostic {
    Diagnostic(
      .noConnectionType, .error, "Connection \"\(entry.key)\" has no type", at: entry.keyRange,
      notes: [Note("known: " + types.joined(separator: ", "))], fix: ["write  type: \(types.first ?? "aws")"])
  }

  static func noAccess(_ entry: SyntaxNode.Entry, _ type: ConnectionType) -> Diagnostic {
    Diagnostic(
      .noAccess, .error, "Connection \"\(entry.key)\" does not say how to sign in", at: entry.keyRange,
      notes: [Note("methods of type \(type.name): " + type.accessMethods.keys.sorted().joined(separator: ", "))],
      fix: ["write  access: { method: \(type.accessMethods.keys.sorted().first ?? "static"), … }"])
  }

  static func noAccessMethod(
    _ field: SyntaxNode.Entry, _ type: ConnectionType, _ known: [String]
  ) -> Diagnostic {
    Diagnostic(
      .unknownAccessMethod, .error,
      known.isEmpty ? "Connections of type \(type.name) need no \"\(field.key)\"" : "\"\(field.key)\" names no method",
      at: field.keyRange, notes: known.isEmpty ? [] : [Note("known: " + known.joined(separator: ", "))],
      fix: known.isEmpty ? ["take \"\(field.key)\" out"] : ["write  method: \(known[0])   into it"])
  }
}
