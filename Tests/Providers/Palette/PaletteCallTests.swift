import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import PaletteProvider

@Suite("Calls of Palette's locations") struct PaletteCallTests {
  private static func target(_ outputs: ValueMap = ValueMap()) -> Target {
    Target(
      address: Address("backupLocations", "b"), identity: PhysicalIdentity(endpoint: "https://p.example", name: "b"),
      region: nil,
      site: Site(connection: "p", type: "palette", endpoint: "https://p.example", region: nil, account: nil),
      outputs: outputs)
  }

  private static let sts: Value = [
    "type": "s3", "isDefault": false, "bucketName": "lake", "region": "eu-west-1", "s3ForcePathStyle": false,
    "credentialType": "sts", "arn": "arn:aws:iam::111122223333:role/palette",
  ]

  private static func line(_ call: Call) -> String { call.method.rawValue + " /" + call.path.joined(separator: "/") }

  @Test("PA-10 PA-06 PA-24 the external id is asked of Palette, and the location is checked before it is made")
  func trust() throws {
    let run = ProcedureRun(PaletteLocationFacet.create(Self.target(), Self.sts)) { call in
      switch call.path.last {
      case "sts"?: Reply(200, #"{"accountId":"1","externalId":"chosen","partition":"aws"}"#)
      case "validate"?: Reply(204)
      default: Reply(201, #"{"uid":"u"}"#)
      }
    }
    #expect(
      run.calls.map(Self.line) == [
        "GET /v1/clouds/aws/account/sts", "POST /v1/clouds/aws/s3/validate", "POST /v1/users/assets/locations/s3",
      ])
    #expect(run.output == ["uid": "u", "type": "s3"])
    let credentials =
      #""credentials":{"credentialType":"sts","#
      + #""sts":{"arn":"arn:aws:iam::111122223333:role/palette","externalId":"chosen"}}"#
    #expect(run.calls.dropFirst().allSatisfy { $0.secretBody.described.contains(credentials) })
    // The API's own default of path style is true.
    #expect(run.calls.last?.secretBody.described.contains(#""s3ForcePathStyle":false"#) == true)
  }

  @Test("PA-24 what Palette's check refuses is not made") func refused() {
    let run = ProcedureRun(PaletteLocationFacet.create(Self.target(), Self.sts)) { call in
      call.path.last == "sts" ? Reply(200, #"{"externalId":"x"}"#) : Reply(400, #"{"message":"no bucket"}"#)
    }
    #expect(run.failure?.code == "PLT0015" && run.calls.count == 2)
  }

  @Test("PA-07 PA-08 each cloud has its own check") func checks() {
    let documents: [(Value, String)] = [
      (["type": "gcp", "bucketName": "b", "jsonCredentials": "env:K"], "POST /v1/clouds/gcp/bucketname/validate"),
      (
        ["type": "azure", "tenantId": "t", "clientId": "c", "clientSecret": "env:S"],
        "POST /v1/clouds/azure/account/validate"
      ),
    ]
    for (document, line) in documents {
      let run = ProcedureRun(PaletteLocationFacet.create(Self.target(), document)) { call in
        call.path.last == "validate" ? Reply(204) : Reply(201, #"{"uid":"u"}"#)
      }
      #expect(run.calls.first.map(Self.line) == line && run.calls.count == 2)
      #expect(run.calls.allSatisfy { $0.secretBody.secrets.count == 1 })
    }
  }

  @Test("PA-01 azure, which the list lacks, is found by its uid alone") func azure() {
    let run = ProcedureRun(PaletteLocationFacet.find(Self.target(["uid": "u", "type": "azure"]))) { _ in
      Reply(200, #"{"metadata":{"name":"b"},"spec":{"config":{}}}"#)
    }
    #expect(run.calls.map(Self.line) == ["GET /v1/users/assets/locations/azure/u"])
  }

  @Test("PA-26 masked secrets are no part of what is read") func masked() {
    let location: Value = [
      "spec": [
        "isDefault": true, "config": ["bucketName": "b", "credentials": ["accessKey": "AK", "secretKey": "****"]],
      ]
    ]
    #expect(
      PaletteDocument(of: location, type: "s3").value == [
        "type": "s3", "isDefault": true, "bucketName": "b", "labels": [:],
      ])
  }
}
