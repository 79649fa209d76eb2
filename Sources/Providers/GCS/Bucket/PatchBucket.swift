import CooperModel
import CooperProvider
import CooperSchema

/// One PATCH for all that changes in a bucket's document, bound to the metageneration that the plan saw; after it the
/// lock of the retention policy, where that was asked for (Cloud Storage JSON API, Buckets: patch, lockRetentionPolicy).
struct PatchBucket: Procedure {
  private enum Phase { case patching, checking(CallFailure), looking, locking(revision: String), done }

  private let target: Target
  private let patch: BucketPatch
  private let locks: Bool
  private let revision: String?
  private var phase: Phase

  init(_ fragments: [Value], _ target: Target, revision: String?) {
    self.target = target
    (patch, locks) = BucketPatch.joined(fragments)
    self.revision = revision
    phase = patch.fields.isEmpty ? locks ? .looking : .done : .patching
  }

  private var patchCall: Call {
    .bucket(
      .patch, target,
      query: [QueryItem("projection", "noAcl")] + (revision.map { [QueryItem("ifMetagenerationMatch", $0)] } ?? []),
      body: .map(patch.fields), needs: "storage.buckets.update")
  }

  /// Never sent twice by itself: it can't be undone.
  private func lockCall(_ revision: String) -> Call {
    .bucket(
      .post, target, path: ["lockRetentionPolicy"], query: [QueryItem("ifMetagenerationMatch", revision)],
      needs: "storage.buckets.update", idempotent: false)
  }

  var plannedCalls: [Call] {
    (patch.fields.isEmpty ? [] : [patchCall]) + (locks ? [lockCall(revision ?? "…")] : [])
  }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    do throws(CallFailure) {
      if let reply { try advance(reply) }
    } catch {
      return .failed(error)
    }
    switch phase {
    case .patching: return .call(patchCall)
    case .checking, .looking: return .call(BucketDocument.get(target))
    case .locking(let revision): return .call(lockCall(revision))
    case .done: return .done(())
    }
  }

  private mutating func advance(_ reply: Reply) throws(CallFailure) {
    switch phase {
    case .patching:
      let failure: CallFailure
      do throws(CallFailure) {
        let document = try reply.document(BucketDocument.kind, to: patchCall)
        phase = try locks ? .locking(revision: metageneration(document, patchCall)) : .done
        return
      } catch {
        failure = error
      }
      // A first attempt whose answer was lost counts the metageneration up: then all is as it should be.
      guard failure.kind == .stale else { throw failure }
      phase = .checking(failure)
    case .checking(let failure):
      let call = BucketDocument.get(target)
      let document = try reply.document(BucketDocument.kind, to: call)
      guard patch.isDone(in: document) else { throw failure }
      phase = try locks ? .locking(revision: metageneration(document, call)) : .done
    case .looking:
      let call = BucketDocument.get(target)
      let document = try reply.document(BucketDocument.kind, to: call)
      let found = try metageneration(document, call)
      if let revision, revision != found {
        throw CallFailure(
          .stale, code: "conditionNotMet", "the bucket has metageneration \(found), the plan is for \(revision)",
          call: call.line)
      }
      phase = .locking(revision: found)
    case .locking(let revision):
      _ = try reply.succeeded(lockCall(revision))
      phase = .done
    case .done: break
    }
  }

  private func metageneration(_ document: ValueMap, _ call: Call) throws(CallFailure) -> String {
    guard let number = try document.number("metageneration", of: call) else {
      throw .broken("metageneration", "missing", call)
    }
    return String(number)
  }
}
