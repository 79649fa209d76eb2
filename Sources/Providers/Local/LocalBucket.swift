internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// The calls that a directory tree understands; `LocalConnection` carries them out.
enum LocalBucket {
  static let service = "local"
  static let facets = [AnyFacet(LocalTags.self), AnyFacet(LocalVersioning.self)]

  static let kind = Kind(
    schema: KindSchema(
      section: BucketKind.section, name: "bucket", summary: BucketKind.schema.summary, holdsData: true,
      settings: BucketKind.settings, facets: BucketKind.facets),
    granularity: .facet, facets: facets,
    find: { target in
      SingleCall(call(.head, target)) { reply throws(CallFailure) in
        switch reply.status {
        case 200: .present(region: nil)
        case 404: .absent
        default: throw LocalFailure.from(reply, target.name)
        }
      }
    },
    create: { target in
      var create = call(.put, target)
      create.idempotent = false
      return SingleCall(create) { reply throws(CallFailure) in
        guard reply.status == 200 else { throw LocalFailure.from(reply, target.name) }
        return ["path": .string(target.site.endpoint + "/" + target.name)]
      }
    },
    delete: { target in
      SingleCall(call(.delete, target)) { reply throws(CallFailure) in
        guard reply.status == 204 else { throw LocalFailure.from(reply, target.name) }
      }
    },
    contents: { target, limit in
      let count = call(.get, target, [QueryItem("contents"), QueryItem("limit", String(limit))])
      return SingleCall(count) { reply throws(CallFailure) in
        guard reply.status == 200, let value = try? ValueJSON.decode(reply.body),
          let objects = value["objects"]?.integer, let bytes = value["bytes"]?.integer
        else { throw LocalFailure.from(reply, target.name) }
        return Contents(objects: Int(objects), bytes: bytes, complete: value["complete"]?.bool ?? true)
      }
    },
    empty: { target in
      SingleCall(call(.delete, target, [QueryItem("contents")])) { reply throws(CallFailure) in
        guard reply.status == 204 else { throw LocalFailure.from(reply, target.name) }
      }
    },
    list: { site in
      let list = Call(.get, service: service, permissions: [Permission("read", on: site.endpoint)])
      return SingleCall(list) { reply throws(CallFailure) in
        guard reply.status == 200, let names = (try? ValueJSON.decode(reply.body))?.list else {
          throw LocalFailure.from(reply, site.endpoint)
        }
        return names.compactMap(\.string).map { Listed(name: $0, region: nil) }
      }
    })

  static func call(_ method: HTTPMethod, _ target: Target, _ query: [QueryItem] = [], body: [UInt8] = []) -> Call {
    let reads = method == .get || method == .head
    return Call(
      method, service: service, bucket: target.name, query: query, body: body,
      permissions: [Permission(reads ? "read" : "write", on: target.site.endpoint + "/" + target.name)])
  }

  /// A plain file name that is no option, no hidden file and no path.
  @Sendable static func nameProblem(_ name: String) -> String? {
    guard (1...255).contains(name.utf8.count) else { return "a directory's name has 1 to 255 bytes" }
    guard let first = name.first, first.isLetter || first.isNumber else {
      return "a directory's name starts with a letter or digit"
    }
    let legal = name.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "._-".unicodeScalars.contains(scalar)
    }
    return legal ? nil : "a directory's name has letters, digits, dots, underscores and hyphens only"
  }
}

enum LocalFailure {
  static func from(_ reply: Reply, _ what: String) -> CallFailure {
    let text = String(decoding: reply.body, as: UTF8.self)
    let kind: CallFailure.Kind =
      switch reply.status {
      case 403: .denied
      case 404: .notFound
      case 409: .conflict
      case 507: .unavailable
      default: .protocolBroken
      }
    return CallFailure(kind, code: "LOC0\(reply.status)", "\(what): \(text)", status: reply.status)
  }
}
