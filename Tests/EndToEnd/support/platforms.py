"""A project with one bucket that is there, a key, and one platform; used by the tests of all platforms."""

#: Awkward in JSON, forms and YAML.
SECRET = "s3cr3t-c4n4ry \"\\ é&=+%"


def text(name, store, connection, registration, section="registrations", identities=""):
    return f"""
cooper: 1
name: {name}
connections:
  store: {{ type: minio, region: us-east-1, endpoint: {store.endpoint}, insecure: allow, access: {{ method: static, accessKeyId: env:KEY, secretAccessKey: env:SECRET }} }}
  platform: {{ {connection} }}
buckets:
  data: {{ connection: store, origin: existing, bucketName: lake }}
identities:
  key: {{ type: accessKey, accessKeyId: env:ID_KEY, secretAccessKey: env:ID_SECRET }}
{identities}{section}:
  lake: {{ {registration} }}
"""


def environment(store, **more):
    return {**store.environment, "ID_KEY": "AKIDC4N4RY", "ID_SECRET": SECRET, **more}


def nowhere(project, *results):
    """No canary in any file of the project, nor in anything printed."""
    for path, data in project.everything_written():
        assert b"c4n4ry" not in data.lower(), path
    for result in results:
        assert "c4n4ry" not in result.output.lower()


def remove(project, section="registrations"):
    project.replace(f"\n{section}:\n  lake:", f"\nx-{section}:\n  lake:")
