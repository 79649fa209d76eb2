"""Terraform imports what Cooper made and plans no change for the settings that both know."""

import json
import os
import shutil
import subprocess

import pytest

from support import estates, reading
from support.processes import minimal_environment

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")


def plugin_mirror():
    """The folder of a filesystem mirror of the AWS provider: TF_PLUGINS or found on this disk; else it is downloaded."""
    if os.environ.get("TF_PLUGINS"):
        return os.environ["TF_PLUGINS"]
    found = subprocess.run(
        ["find", "/", "-xdev", "-maxdepth", "6", "-type", "d", "-name", "registry.terraform.io", "-print", "-quit"],
        capture_output=True, text=True, timeout=60,
    ).stdout.strip()
    return os.path.dirname(found) or None


def quote(value):
    return json.dumps(value, ensure_ascii=False)


def lifecycle_rule(name, rule):
    want = reading.desired("lifecycle", {name: rule}, None)[name]
    prefix = f"prefix = {quote(want['prefix'])}"
    scope = prefix
    if want["tags"]:
        tags = ", ".join(f"{quote(key)} = {quote(value)}" for key, value in want["tags"].items())
        scope = f"and {{\n        {prefix}\n        tags = {{ {tags} }}\n      }}"
    lines = [f"id = {quote(name)}", f'status = "{"Enabled" if want["enabled"] else "Disabled"}"']
    lines.append(f"filter {{\n      {scope}\n    }}")
    if want["expireAfter"]:
        lines.append(f"expiration {{ days = {want['expireAfter']} }}")
    if want["expireOn"]:
        lines.append(f'expiration {{ date = "{want["expireOn"]}T00:00:00Z" }}')
    if want["marker"]:
        lines.append("expiration { expired_object_delete_marker = true }")
    if want["noncurrentAfter"]:
        lines.append(f"noncurrent_version_expiration {{ noncurrent_days = {want['noncurrentAfter']} }}")
    for to, days in want["transitions"]:
        lines.append(f'transition {{\n      days = {days}\n      storage_class = "{to}"\n    }}')
    for to, days in want["noncurrentTransitions"]:
        lines.append(f'noncurrent_version_transition {{\n      noncurrent_days = {days}\n      storage_class = "{to}"\n    }}')
    if want["abort"]:
        lines.append(f"abort_incomplete_multipart_upload {{ days_after_initiation = {want['abort']} }}")
    return "  rule {\n    " + "\n    ".join(lines) + "\n  }\n"


def resources(buckets, region):
    """HCL with import blocks, written from the YAML."""
    out = []

    def block(kind, name, bucket, body=""):
        out.append(f'resource "{kind}" "{name}" {{\n  bucket = "{bucket}"\n{body}\n}}')
        out.append(f'import {{\n  to = {kind}.{name}\n  id = "{bucket}"\n}}')

    for name, bucket in buckets.items():
        if bucket.get("region", "eu-west-1") != region:
            continue
        real, label = bucket["bucketName"], name.replace("-", "_")
        tags = "".join(f"    {quote(key)} = {quote(str(value))}\n" for key, value in bucket.get("tags", {}).items())
        ignored = [] if "tags" in bucket else ["tags"]
        lifecycle = f"  lifecycle {{ ignore_changes = [{', '.join(ignored)}] }}\n" if ignored else ""
        block("aws_s3_bucket", label, real, (f"  tags = {{\n{tags}  }}\n" if tags else "") + lifecycle)
        if "versioning" in bucket:
            status = {"enabled": "Enabled", "suspended": "Suspended"}[bucket["versioning"]]
            block("aws_s3_bucket_versioning", label, real, f'  versioning_configuration {{ status = "{status}" }}')
        if bucket.get("encryption"):
            value = bucket["encryption"]
            key = f'\n      kms_master_key_id = "{value["kmsKey"]}"' if "kmsKey" in value else ""
            block(
                "aws_s3_bucket_server_side_encryption_configuration", label, real,
                f'  rule {{\n    bucket_key_enabled = {quote(value.get("bucketKey", False))}\n'
                f'    apply_server_side_encryption_by_default {{\n      sse_algorithm = "{value["algorithm"]}"{key}\n    }}\n  }}',
            )
        if "publicAccess" in bucket:
            flags = reading.desired("publicAccess", bucket["publicAccess"], real)
            hcl = {
                "blockPublicAcls": "block_public_acls", "ignorePublicAcls": "ignore_public_acls",
                "blockPublicPolicy": "block_public_policy", "restrictPublicBuckets": "restrict_public_buckets",
            }
            block(
                "aws_s3_bucket_public_access_block", label, real,
                "\n".join(f"  {hcl[flag]} = {quote(on)}" for flag, on in flags.items()),
            )
        if "ownership" in bucket:
            block("aws_s3_bucket_ownership_controls", label, real, f'  rule {{ object_ownership = "{bucket["ownership"]}" }}')
        if bucket.get("cors"):
            rules = ""
            for rule in bucket["cors"]:
                rules += f"  cors_rule {{\n    allowed_origins = {quote(rule['origins'])}\n    allowed_methods = {quote(rule['methods'])}\n"
                rules += f"    id = {quote(rule['id'])}\n" if "id" in rule else ""
                rules += f"    allowed_headers = {quote(rule['headers'])}\n" if "headers" in rule else ""
                rules += f"    expose_headers = {quote(rule['expose'])}\n" if "expose" in rule else ""
                rules += f"    max_age_seconds = {reading.seconds(rule['maxAge'])}\n" if "maxAge" in rule else ""
                rules += "  }\n"
            block("aws_s3_bucket_cors_configuration", label, real, rules)
        if bucket.get("lifecycle"):
            # A list in Terraform, in the order the server gives; a map in Cooper, written in the order of the ids.
            rules = "".join(lifecycle_rule(name, rule) for name, rule in sorted(bucket["lifecycle"].items()))
            block("aws_s3_bucket_lifecycle_configuration", label, real, rules)
        if bucket.get("policy"):
            block("aws_s3_bucket_policy", label, real, f"  policy = jsonencode({json.dumps(bucket['policy'])})")
    return "\n".join(out)


@pytest.mark.timeout(600)
def test_terraform_imports_and_plans_no_change(project, moto, tmp_path):
    project.write(estates.project(estates.connection("m", moto.endpoint), estates.MOTO_BUCKETS))
    project.converge()
    buckets = reading.load(estates.MOTO_BUCKETS)["buckets"]
    work = tmp_path / "terraform"
    work.mkdir()
    mirror = plugin_mirror()
    (work / "terraformrc").write_text(
        (f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n' if mirror else "")
        + "disable_checkpoint = true\n"
    )
    (work / "main.tf").write_text(
        f"""
        terraform {{
          required_providers {{
            aws = {{ source = "hashicorp/aws", version = "5.100.0" }}
          }}
        }}
        provider "aws" {{
          region = "eu-west-1"
          access_key = "{moto.key}"
          secret_key = "{moto.secret}"
          skip_credentials_validation = true
          skip_metadata_api_check = true
          skip_requesting_account_id = true
          s3_use_path_style = true
          endpoints {{
            s3 = "{moto.endpoint}"
            sts = "{moto.endpoint}"
            iam = "{moto.endpoint}"
          }}
        }}
        """
        + resources(buckets, "eu-west-1")
    )

    def terraform(*arguments):
        done = subprocess.run(
            ["terraform", *arguments], cwd=work, capture_output=True, text=True, timeout=500,
            env=minimal_environment(TF_CLI_CONFIG_FILE=work / "terraformrc", TF_IN_AUTOMATION=1, AWS_EC2_METADATA_DISABLED="true"),
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    terraform("init", "-input=false", "-no-color")
    terraform("plan", "-input=false", "-no-color", "-out=saved")
    changes = json.loads(terraform("show", "-json", "saved"))["resource_changes"]
    assert len(changes) >= 20
    wrong = {change["address"]: differing(change["change"]) for change in changes if change["change"]["actions"] != ["no-op"]}
    wrong = {address: difference for address, difference in wrong.items() if difference}
    assert not wrong, json.dumps(wrong, indent=1, sort_keys=True)


def differing(change):
    """Attributes with both values; without `force_destroy`, an argument of Terraform alone that no import knows."""
    before, after = change["before"] or {}, change["after"] or {}
    return {
        key: (before.get(key), after.get(key))
        for key in (set(before) | set(after)) - {"force_destroy"}
        if before.get(key) != after.get(key)
    }
