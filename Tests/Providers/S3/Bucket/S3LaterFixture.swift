import CooperProvider
import CooperSchema

@testable import S3Provider

/// Values of the facets beyond the eight that every bucket has.
enum S3LaterFixture {
  static let values: [(facet: AnyFacet, name: String, value: Value)] = [
    (AnyFacet(S3ObjectLock.self), "enabled", "enabled"),
    (AnyFacet(S3ObjectLock.self), "days", ["mode": "GOVERNANCE", "retention": "30d"]),
    (AnyFacet(S3ObjectLock.self), "years", ["mode": "COMPLIANCE", "years": 7]),
    (AnyFacet(S3AccessLogging.self), "prefix", ["bucket": "acme-logs", "prefix": "a & b/"]),
    (AnyFacet(S3AccessLogging.self), "plain", ["bucket": "acme-logs"]),
    (AnyFacet(S3AccessLogging.self), "dated", ["bucket": "acme-logs", "prefix": "x/", "keyFormat": "eventTime"]),
    (AnyFacet(S3Notifications.self), "receivers", ["targets": receivers]),
    (AnyFacet(S3Notifications.self), "everything", ["eventBridge": true, "targets": receivers]),
    (AnyFacet(S3Notifications.self), "eventBridge", ["eventBridge": true]),
    (
      AnyFacet(S3Replication.self), "plain",
      ["role": "arn:aws:iam::111122223333:role/copy", "rules": ["all": ["destination": ["bucket": "acme-copy"]]]]
    ),
    (
      AnyFacet(S3Replication.self), "everything",
      [
        "role": "arn:aws:iam::111122223333:role/copy",
        "rules": [
          "by-tag": [
            "enabled": false, "prefix": "in/", "tags": ["a": "1", "b": "2"], "destination": ["bucket": "acme-copy"],
          ],
          "to-other": [
            "priority": 1, "prefix": "x/", "deleteMarkers": "replicate", "existingObjects": true,
            "encryptedObjects": true, "replicaModifications": true,
            "destination": [
              "bucket": "acme-copy", "account": "222233334444", "storageClass": "STANDARD_IA",
              "kmsKey": "arn:aws:kms:us-east-1:111122223333:key/a", "owner": "destination", "timeControl": true,
            ],
          ],
        ],
      ]
    ),
    (AnyFacet(S3Website.self), "pages", ["index": "index.html", "error": "404.html"]),
    (AnyFacet(S3Website.self), "redirect", ["redirectTo": "www.acme.example", "redirectScheme": "https"]),
    (
      AnyFacet(S3Website.self), "routes",
      [
        "index": "index.html",
        "routes": [
          ["prefix": "old/", "replacePrefix": ""],
          ["errorCode": 404, "host": "www.acme.example", "scheme": "https", "replaceKey": "gone.html", "status": 302],
        ],
      ]
    ),
    (AnyFacet(S3ACL.self), "private", "private"),
    (AnyFacet(S3ACL.self), "public-read", "public-read"),
    (AnyFacet(S3ACL.self), "public-read-write", "public-read-write"),
    (AnyFacet(S3ACL.self), "authenticated-read", "authenticated-read"),
    (AnyFacet(S3ACL.self), "log-delivery-write", "log-delivery-write"),
    (AnyFacet(S3RequestPayment.self), "requester", "requester"),
    (AnyFacet(S3RequestPayment.self), "bucketOwner", "bucketOwner"),
    (AnyFacet(S3Acceleration.self), "enabled", "enabled"),
    (AnyFacet(S3Acceleration.self), "suspended", "suspended"),
    (
      AnyFacet(S3IntelligentTiering.self), "two",
      [
        "old": ["archiveAfter": "90d", "deepArchiveAfter": "180d"],
        "part": ["enabled": false, "prefix": "a & b/", "tags": ["tier": "yes"], "archiveAfter": "120d"],
      ]
    ),
    (
      AnyFacet(S3Inventory.self), "two",
      [
        "daily": ["bucket": "acme-logs", "format": "CSV", "schedule": "daily", "versions": "all"],
        "weekly": [
          "enabled": false, "bucket": "acme-logs", "destinationPrefix": "inv", "format": "Parquet",
          "schedule": "weekly", "prefix": "a/", "fields": ["StorageClass", "Size"],
        ],
      ]
    ),
    (
      AnyFacet(S3RequestMetrics.self), "three",
      [
        "all": [:], "web": ["prefix": "web/", "tags": ["team": "web"]],
        "point": ["accessPoint": "arn:aws:s3:eu-west-1:111122223333:accesspoint/web"],
      ]
    ),
    (
      AnyFacet(S3StorageAnalytics.self), "two",
      [
        "all": ["exportBucket": "acme-logs", "exportPrefix": "analytics/"],
        "tagged": ["tags": ["a": "1", "b": "2"]],
      ]
    ),
  ]

  private static let receivers: Value = [
    "queue": [
      "to": "arn:aws:sqs:eu-west-1:111122223333:in", "events": ["s3:ObjectRemoved:*", "s3:ObjectCreated:*"],
      "prefix": "in/", "suffix": ".jpg",
    ],
    "topic": ["to": "arn:aws:sns:eu-west-1:111122223333:news", "events": ["s3:ObjectCreated:Put"]],
    "function": [
      "to": "arn:aws:lambda:eu-west-1:111122223333:function:thumb", "events": ["s3:ObjectCreated:*"], "suffix": ".png",
    ],
  ]
}
