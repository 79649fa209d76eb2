import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import KubernetesProvider

@Suite("What the language says of Kubernetes") struct KubernetesDeclarationTests {
  @Test("Its declarations hold together") func declarations() {
    #expect(DeclarationFindings.of(KubernetesProvider()) == [])
  }

  @Test("CZ-04: a DNS label with a letter first, at most 46 characters") func names() {
    let problem = KubernetesBucketSupport.support.nameProblem
    for name in ["velero-hk", "a", "b1", String(repeating: "a", count: 46)] { #expect(problem(name) == nil) }
    for name in ["1st", "-a", "a-", "A", "a.b", "a_b", "", String(repeating: "a", count: 47)] {
      #expect(problem(name) != nil, "\(name)")
    }
  }

  @Test("CZ-02: such a bucket holds what makes it, and nothing of how it is set up") func facets() {
    let held = KubernetesBucketSupport.support.facets.filter { if case .supported = $1 { true } else { false } }
    #expect(held.keys.sorted() == ["cosi", "cozystack"])
  }

  @Test("A user that is not read-only is one that may write") func users() throws {
    let value: Value = ["namespace": "tenant-acme", "users": ["velero": [:], "audit": ["readonly": true]]]
    let model = try CozystackBucket(value: value)
    #expect(model.users?["velero"]?.readonly == nil && model.users?["audit"]?.readonly == true)
    #expect(model.value == value)
  }
}
