internal import CooperConfig
internal import CooperModel
internal import CooperPlan
internal import CooperRender
internal import CooperSchema

/// A project as a drawing: a group for each connection, a box for each resource, an arrow for each reference.
enum ProjectDrawing {
  static func make(_ configuration: Configuration, plan: Plan?) -> Drawing {
    let marks = plan.map(marks) ?? [:]
    let boxes = configuration.resources.map { resource in
      let address = resource.address.description
      let mark: Drawing.Mark = marks[resource.address] ?? (resource.origin == .existing ? .existing : .plain)
      let lines = resource.name == resource.address.name ? [address] : [address, resource.name]
      let group = configuration.connections[resource.connection] == nil ? nil : key(resource.connection)
      return Drawing.Box(key: address, lines: lines, mark: mark, group: group)
    }
    let used = Set(boxes.compactMap(\.group))
    var groups: [Drawing.Group] = []
    var unused: [Drawing.Box] = []
    for (name, entry) in configuration.connections {
      let title = title(name, entry.declaration)
      if used.contains(key(name)) {
        groups.append(Drawing.Group(key: key(name), title: title))
      } else {
        unused.append(Drawing.Box(key: key(name), lines: [key(name), entry.declaration.type], mark: .unused))
      }
    }
    return Drawing(
      title: configuration.project + (configuration.environment.map { " [\($0)]" } ?? ""), groups: groups,
      boxes: boxes + unused, arrows: arrows(configuration))
  }

  private static func key(_ connection: String) -> String { "connections.\(connection)" }

  private static func title(_ name: String, _ declaration: ConnectionDeclaration) -> String {
    let region = declaration.settings["region"]?.string
    return "\(name) (\(([declaration.type] + [region].compactMap { $0 }).joined(separator: ", ")))"
  }

  private static func arrows(_ configuration: Configuration) -> [Drawing.Arrow] {
    configuration.graph.edges.map { edge in
      let (label, isDashed) =
        switch edge.reason {
        case .names, .text: (edge.field, false)
        case .born(let output): ("\(edge.field): \(output)", true)
        }
      return Drawing.Arrow(
        from: edge.from.description, to: edge.to.description, label: label, isDashed: isDashed)
    }
  }

  private static func marks(_ plan: Plan) -> [Address: Drawing.Mark] {
    var marks: [Address: Drawing.Mark] = [:]
    for change in plan.changes {
      switch change.action {
      case .create: marks[change.address] = .create
      case .delete, .replace: marks[change.address] = .delete
      default: marks[change.address] = .update
      }
    }
    for blocked in plan.blocked { marks[blocked.address] = .blocked }
    return marks
  }
}
