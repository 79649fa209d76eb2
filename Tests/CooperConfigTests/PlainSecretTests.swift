import CooperConfig
import CooperDiagnostics
import CooperTestSupport
import Testing

/// Whatever else is wrong on its line, a plain secret is not repeated by any report.
@Suite("A plain secret is not repeated")
struct PlainSecretTests {
  static let canary = "canary-s3cret"

  static let connections: [String] = [
    // Alone, and beside a problem of another check on the same line.
    "aws: { type: aws, region: x, access: { method: static, accessKeyId: env:A, secretAccessKey: @ } }",
    "aws: { type: aws, regoin: x, access: { method: static, accessKeyId: env:A, secretAccessKey: @ } }",
    "aws: { type: awz, access: { method: static, accessKeyId: env:A, secretAccessKey: @ } }",
    "aws: { access: { method: static, accessKeyId: env:A, secretAccessKey: @ } }",
    "aws: { type: aws, access: { method: statik, accessKeyId: env:A, secretAccessKey: @ } }",
    "aws: { type: aws, access: { secretAccessKey: @ } }",
    "aws: { type: aws, account: [], access: { method: static, accessKeyId: $(nope), secretAccessKey: @ } }",
    "aws: { type: aws, access: { method: static, accessKeyId: @, secretAccessKey: env:A }, aces: 1 }",
    // In forms that are none.
    "aws: { type: aws, access: { method: static, accessKeyId: env:A, secretAccessKey: [@] } }",
    "aws: { type: aws, access: { method: static, accessKeyId: env:A, secretAccessKey: { value: @ } } }",
    "aws: { type: aws, access: { method: static, accessKeyId: env:A, secretAccessKey: { command: @ } } }",
    "aws: { type: aws, access: { method: static, accessKeyId: env:A, secretAccessKey: \"env:@\" } }",
    "aws: { type: aws, access: { method: static, accessKeyId: env:A, secretAccessKey: \"$(@\" } }",
    "aws: { type: aws, access: { method: static, accessKeyId: env:A, secretAccessKey @ } }",
    "aws: { type: aws, access: { method: static, accessKeyId: env:A, secretAccesKey: @ } }",
    "aws: { type: aws, access: { method: static, accessKeyId: env:A, secretAccessKey: @, secretAccessKey: @ } }",
    "aws: { type: aws, access: { method: static, accessKeyId: env:A, secretAccessKey: !!int @ } }",
    "aws: { type: aws, secretAccessKey: @ }",
    // Over several lines.
    "aws:\n    type: aws\n    access:\n      method: static\n      accessKeyId: env:A\n      secretAccessKey: |\n        @\n        more",
    "aws:\n    type: aws\n    access:\n      method: static\n      accessKeyId: env:A\n      secretAccessKey:\n        - @\n        - 1: 2",
    "aws:\n    type: aws\n    access:\n      method: static\n      accessKeyId: env:A\n      secretAccessKey: \"a\n        @\"",
  ]

  @Test("in any report, whatever else its line has wrong", arguments: connections)
  func reports(_ text: String) throws {
    for secret in [Self.canary, "\"\(Self.canary)\""] {
      let project = """
        cooper: 1
        name: acme
        connections:
          \(text.replacing("\"$(@\"", with: "\"$(\(Self.canary)\"")
          .replacing("\"env:@\"", with: "\"env:\(Self.canary)\"").replacing("@\"", with: Self.canary + "\"")
          .replacing("@", with: secret))
        buckets: { data: { connection: aws } }
        """
      let loader = ConfigLoader(catalog: TestCatalog.standard, files: MemoryFiles(["cooper.yaml": project]))
      let result = loader.load(LoadRequest(directory: "/project"))
      let sources = result.value?.sources ?? SourceMap()
      #expect(result.hasErrors)
      let reports = [
        TextReport(sources).render(result.diagnostics), TextReport(sources, colour: true).render(result.diagnostics),
        JSONReport(sources).render(result.diagnostics), AnnotationReport(sources).render(result.diagnostics),
      ]
      for report in reports { #expect(!report.contains(Self.canary), "\(report)") }
    }
  }
}
