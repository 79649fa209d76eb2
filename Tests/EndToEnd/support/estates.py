"""Projects that tests apply, as text in the language."""

import textwrap


def connection(name, endpoint, kind="aws", region="eu-west-1", more=""):
    return textwrap.dedent(
        f"""\
          {name}:
            type: {kind}
            endpoint: {endpoint}
            {"insecure: allow" if endpoint.startswith("http:") else "description: TLS"}
            region: {region}
            access: {{ method: static, accessKeyId: env:KEY, secretAccessKey: env:SECRET }}
        """
    ) + (textwrap.indent(textwrap.dedent(more), "  ") if more else "")


def project(connections, body, name="end-to-end"):
    return (
        f"cooper: 1\nname: {name}\nconnections:\n" + textwrap.indent(connections, "  ") + textwrap.dedent(body).lstrip("\n")
    )


def small(endpoint, buckets="first second", facets="tags: { team: storage }", **options):
    """Buckets of the given names on a connection `m`, all with the same facets."""
    lines = "".join(f"  {name}: {{ connection: m, {facets} }}\n" for name in buckets.split())
    return project(connection("m", endpoint, **options), "buckets:\n" + lines)


#: Every facet of issue 2, each at least twice and with different values, over two regions. What moto drops (`keep`, the
#: size filters) is missing here on purpose; Ceph and the simulation show those.
MOTO_BUCKETS = """
buckets:
  landing:
    description: Landing zone for partner data
    connection: m
    bucketName: e2e-landing
    versioning: enabled
    encryption: { algorithm: AES256 }
    publicAccess: blocked
    ownership: BucketOwnerEnforced
    tags: { costCenter: "4711", managedBy: cooper, "with space": "a+b=c & <d> é" }
    cors:
      - { id: shop, origins: [https://shop.acme.example, https://www.acme.example], methods: [PUT, GET], headers: ["*"], expose: [ETag], maxAge: 1h }
      - { origins: ["*"], methods: [GET], maxAge: 0s }
    lifecycle:
      abort-multipart: { abortMultipartAfter: 7d }
      expire-tmp: { prefix: tmp/, expiration: { after: 30d } }
      archive:
        prefix: archive/
        tags: { class: cold, "a b": "c&d" }
        transitions: [{ to: GLACIER, after: 90d }, { to: STANDARD_IA, after: 30d }]
        noncurrentExpiration: { after: 60d }
    policy:
      Version: "2012-10-17"
      Statement:
        - Sid: TLSOnly
          Effect: Deny
          Principal: "*"
          Action: "s3:*"
          Resource: ["arn:aws:s3:::e2e-landing", "arn:aws:s3:::e2e-landing/*"]
          Condition: { Bool: { "aws:SecureTransport": "false" } }
  plain:     { connection: m, bucketName: e2e-plain }
  tagged:    { connection: m, bucketName: e2e-tagged, tags: { team: a } }
  untagged:  { connection: m, bucketName: e2e-untagged, tags: {}, cors: [], lifecycle: {} }
  suspended: { connection: m, bucketName: e2e-suspended, versioning: suspended, ownership: ObjectWriter }
  encrypted:
    connection: m
    bucketName: e2e-encrypted
    encryption: { algorithm: "aws:kms", kmsKey: "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d", bucketKey: true }
    publicAccess: { blockPublicAcls: true, blockPublicPolicy: true }
  dated:
    connection: m
    bucketName: e2e-dated
    versioning: enabled
    lifecycle:
      on-date: { prefix: "2020/", expiration: { date: 2031-01-01 } }
      markers: { expiration: { expiredObjectDeleteMarker: true } }
      off: { enabled: false, prefix: off/, expiration: { after: 1d } }
      old-versions: { noncurrentTransitions: [{ to: GLACIER, after: 10d }], noncurrentExpiration: { after: 400d } }
  us-landing:
    connection: m
    region: us-east-1
    bucketName: e2e-us-landing
    versioning: enabled
    publicAccess: blocked
    tags: { costCenter: "0815" }
    lifecycle: { all: { expiration: { after: 365d } } }
  us-web:
    connection: m
    region: us-east-1
    bucketName: e2e-us-web
    ownership: BucketOwnerPreferred
    encryption: { algorithm: AES256, bucketKey: false }
    cors: [{ origins: [https://web.acme.example], methods: [GET, HEAD, POST, DELETE, PUT] }]
  us-logs:
    connection: m
    region: us-east-1
    bucketName: e2e-us-logs
    policy:
      Statement:
        Sid: Read
        Effect: Allow
        Principal: { AWS: ["arn:aws:iam::123456789012:root"] }
        Action: [s3:GetObject, s3:GetObjectVersion]
        Resource: arn:aws:s3:::e2e-us-logs/*
  us-plain:  { connection: m, region: us-east-1, bucketName: e2e-us-plain, publicAccess: allowed }
  us-tagged: { connection: m, region: us-east-1, bucketName: e2e-us-tagged, tags: { no: "no", number: "1.10", octal: "0123" } }
"""

#: Ceph 16 takes every Allow for public, so that BlockPublicPolicy refuses it: those policies deny.
CEPH_BUCKETS = """
buckets:
""" + "".join(
    f"""
  c{index:02}:
    connection: c
    bucketName: e2e-ceph-{index:02}
    versioning: {"suspended" if index % 3 == 2 else "enabled"}
    publicAccess: {"blocked" if index % 2 else "{ blockPublicAcls: true, ignorePublicAcls: true }"}
    tags: {{ index: "{index}", "with space": "a+b=c & <d>" }}
    cors:
      - {{ id: shop, origins: [https://b.example, https://a.example], methods: [PUT, GET], headers: ["*"], expose: [ETag], maxAge: {index}h }}
      - {{ id: any, origins: ["*"], methods: [GET] }}
    lifecycle:
      z-abort: {{ abortMultipartAfter: 7d }}
      expire: {{ prefix: tmp/, expiration: {{ after: {index + 1}d }} }}
      trim: {{ prefix: old/, noncurrentExpiration: {{ after: 30d }} }}
      off: {{ enabled: false, prefix: off/, expiration: {{ after: 1d }} }}
    policy:
      Version: "2012-10-17"
      Statement:
        - Sid: One
          Effect: {"Deny" if index % 2 else "Allow"}
          Principal: {{ AWS: ["arn:aws:iam:::user/tester"] }}
          Action: [s3:DeleteObject, s3:DeleteObjectVersion]
          Resource: ["arn:aws:s3:::e2e-ceph-{index:02}", "arn:aws:s3:::e2e-ceph-{index:02}/*"]
"""
    for index in range(12)
)
