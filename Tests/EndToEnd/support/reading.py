"""What a bucket must hold according to its YAML, and what boto3 says it holds: written from the language and the S3 API
Reference, without any output of Cooper. Both sides are put into the same form before they are compared."""

import datetime
import json
import re

import yaml
from botocore.exceptions import ClientError

ABSENT = {
    "NoSuchCORSConfiguration", "NoSuchLifecycleConfiguration", "NoSuchBucketPolicy", "NoSuchTagSet", "NoSuchTagSetError",
    "ServerSideEncryptionConfigurationNotFoundError", "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
}
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
FLAGS = ("blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets")


def seconds(text):
    count, unit = re.fullmatch(r"(\d+)([smhdw])", text).groups()
    return int(count) * UNITS[unit]


def days(text):
    whole, rest = divmod(seconds(text), 86400)
    assert rest == 0
    return whole


class _Loader(yaml.SafeLoader):
    """Only true and false are booleans; `no`, `off`, `1.10` and dates stay text, as in the language."""

    yaml_implicit_resolvers = {}


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(null|~|)$"), ["n", "~", ""])


def load(text):
    return yaml.load(text, _Loader)


# Desired: from YAML.

def desired(facet, value, bucket_name):
    return globals()[f"_desired_{facet}"](value)


def _desired_versioning(value):
    return {"enabled": "Enabled", "suspended": "Suspended"}[value]


def _desired_encryption(value):
    if not value:
        return None
    return (value["algorithm"], value.get("kmsKey"), value.get("bucketKey", False))


def _desired_publicAccess(value):
    if isinstance(value, str):
        return {flag: value == "blocked" for flag in FLAGS}
    return {flag: value.get(flag, False) for flag in FLAGS}


def _desired_ownership(value):
    return value


def _desired_tags(value):
    return {key: str(text) for key, text in value.items()} or None


def _desired_cors(value):
    return [
        {
            "id": rule.get("id"),
            "origins": sorted(rule["origins"]),
            "methods": sorted(rule["methods"]),
            "headers": sorted(rule.get("headers", [])),
            "expose": sorted(rule.get("expose", [])),
            "maxAge": seconds(rule["maxAge"]) if "maxAge" in rule else None,
        }
        for rule in value
    ] or None


def _desired_lifecycle(value):
    return {name: _desired_rule(rule) for name, rule in value.items()} or None


def _desired_rule(rule):
    expiration = rule.get("expiration", {})
    date = expiration.get("date")
    return {
        "enabled": rule.get("enabled", True),
        "prefix": rule.get("prefix", ""),
        "tags": rule.get("tags", {}),
        "expireAfter": days(expiration["after"]) if "after" in expiration else None,
        "expireOn": str(date)[:10] if date else None,
        "marker": expiration.get("expiredObjectDeleteMarker", False),
        "noncurrentAfter": days(rule["noncurrentExpiration"]["after"]) if "noncurrentExpiration" in rule else None,
        "transitions": sorted((t["to"], days(t["after"])) for t in rule.get("transitions", [])),
        "noncurrentTransitions": sorted((t["to"], days(t["after"])) for t in rule.get("noncurrentTransitions", [])),
        "abort": days(rule["abortMultipartAfter"]) if "abortMultipartAfter" in rule else None,
    }


def _desired_policy(value):
    return _policy(value) if value else None


# Observed: from boto3.

def observed(facet, s3, bucket):
    try:
        return globals()[f"_observed_{facet}"](s3, bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] in ABSENT:
            return None
        raise


def _observed_versioning(s3, bucket):
    return s3.get_bucket_versioning(Bucket=bucket).get("Status")


def _observed_encryption(s3, bucket):
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert len(rules) == 1
    default = rules[0]["ApplyServerSideEncryptionByDefault"]
    return (default["SSEAlgorithm"], default.get("KMSMasterKeyID"), rules[0].get("BucketKeyEnabled", False))


def _observed_publicAccess(s3, bucket):
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    return {flag: block[flag[0].upper() + flag[1:]] for flag in FLAGS}


def _observed_ownership(s3, bucket):
    return s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"][0]["ObjectOwnership"]


def _observed_tags(s3, bucket):
    return {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]} or None


def _observed_cors(s3, bucket):
    return [
        {
            "id": rule.get("ID"),
            "origins": sorted(rule["AllowedOrigins"]),
            "methods": sorted(rule["AllowedMethods"]),
            "headers": sorted(rule.get("AllowedHeaders", [])),
            "expose": sorted(rule.get("ExposeHeaders", [])),
            "maxAge": rule.get("MaxAgeSeconds"),
        }
        for rule in s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
    ] or None


def _observed_lifecycle(s3, bucket):
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return {rule["ID"]: _observed_rule(rule) for rule in rules} or None


def _observed_rule(rule):
    scope = rule.get("Filter", {})
    both = scope.get("And", scope)
    tags = both.get("Tags", []) + ([scope["Tag"]] if "Tag" in scope else [])
    expiration = rule.get("Expiration", {})
    date = expiration.get("Date")
    if isinstance(date, datetime.datetime):
        date = date.astimezone(datetime.timezone.utc)
        assert (date.hour, date.minute, date.second) == (0, 0, 0)
        date = date.date()
    return {
        "enabled": rule["Status"] == "Enabled",
        "prefix": both.get("Prefix", rule.get("Prefix", "")),
        "tags": {tag["Key"]: tag["Value"] for tag in tags},
        "expireAfter": expiration.get("Days"),
        "expireOn": str(date) if date else None,
        "marker": expiration.get("ExpiredObjectDeleteMarker", False),
        "noncurrentAfter": rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays"),
        "transitions": sorted((t["StorageClass"], t["Days"]) for t in rule.get("Transitions", [])),
        "noncurrentTransitions": sorted(
            (t["StorageClass"], t["NoncurrentDays"]) for t in rule.get("NoncurrentVersionTransitions", [])
        ),
        "abort": rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation"),
    }


def _observed_policy(s3, bucket):
    return _policy(json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]))


def _policy(document):
    """Statements as sorted JSON: one-element lists and strings alike, the order of lists without meaning, and everybody
    written either way (IAM User Guide, "AWS JSON policy elements: Principal": "*" and {"AWS": "*"} are equivalent)."""

    def loose(value):
        if isinstance(value, dict) and value.get("Principal") == "*":
            value = {**value, "Principal": {"AWS": "*"}}
        if isinstance(value, dict):
            return {key: loose(part) for key, part in value.items()}
        if isinstance(value, list):
            parts = sorted((loose(part) for part in value), key=json.dumps)
            return parts[0] if len(parts) == 1 else parts
        return value

    statements = document["Statement"]
    statements = statements if isinstance(statements, list) else [statements]
    return sorted(json.dumps(loose(statement), sort_keys=True) for statement in statements)


FACETS = ("versioning", "encryption", "publicAccess", "ownership", "cors", "lifecycle", "policy", "tags")


def differences(yaml_document, s3_for_region, default_region):
    """What boto3 reads differently from what the YAML says; empty when they agree."""
    found = []
    for name, bucket in yaml_document["buckets"].items():
        real = bucket.get("bucketName", name)
        s3 = s3_for_region(bucket.get("region", default_region))
        for facet in FACETS:
            if facet not in bucket:
                continue
            want, have = desired(facet, bucket[facet], real), observed(facet, s3, real)
            if want != have:
                found.append(f"{name}/{facet}: YAML {want}, bucket {have}")
    return found


def managed_facets(yaml_document):
    return sum(1 for bucket in yaml_document["buckets"].values() for facet in FACETS if facet in bucket)
