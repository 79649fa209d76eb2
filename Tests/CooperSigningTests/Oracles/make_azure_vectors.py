#!/usr/bin/env python3
"""Writes Fixtures/azure.json: requests and signatures as azure-storage-blob makes them; run only to make them anew
(pip install azure-storage-blob==12.31.1). The unit tests read the JSON and need neither Python nor the library.
"""
import base64
import datetime
import json
import pathlib
import random
import urllib.parse

from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.pipeline.transport import HttpRequest
from azure.storage.blob import generate_account_sas, generate_blob_sas, generate_container_sas
from azure.storage.blob import _shared_access_signature as service_signatures
from azure.storage.blob._shared import shared_access_signature as account_signatures
from azure.storage.blob._shared.authentication import SharedKeyCredentialPolicy

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
# Version of the signatures that Cooper makes.
VERSION = "2022-11-02"

rng = random.Random(20090919)
WORDS = ["a", "logs", "data eu", "é", "名前", "a+b", "50%", "it's", "(x)", "*", "!", "~t", "a=b&c", "q?", "#1", "A.b-c_d", "$root"]
SAFE = "-_.~"


def quote(text, safe=""):
    return urllib.parse.quote(text, safe=SAFE + safe)


def key():
    return base64.b64encode(rng.randbytes(64)).decode()


def shared_keys():
    for number in range(300):
        account = rng.choice(["acmereports", "devstoreaccount1", "a1b"])
        path = [rng.choice(WORDS) for _ in range(rng.randint(0, 3))]
        if rng.random() < 0.3:
            path.insert(0, account)
        query = []
        for name in rng.sample(["restype", "comp", "include", "prefix", "marker", "maxresults", "versionid", "snapshot"], rng.randint(0, 5)):
            query.append([name, rng.choice(WORDS + ["container", "list", "2026-01-01T00:00:00.0000000Z"])])
        headers = [["x-ms-date", "Sun, 29 Nov 2026 10:00:00 GMT"], ["x-ms-version", "2023-11-03"]]
        for name in rng.sample(
            ["x-ms-meta-owner", "x-ms-meta-cost_center", "x-ms-meta-a1", "x-ms-meta-a_1", "x-ms-meta-ab", "x-ms-blob-public-access",
             "x-ms-delete-snapshots", "x-ms-client-request-id", "x-ms-lease-id", "Content-Type", "Content-MD5", "If-Match",
             "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Content-Encoding", "Content-Language"], rng.randint(0, 7)):
            headers.append([name, rng.choice(["text/plain", "bi", '"0x8D"', "*", "Sun, 29 Nov 2026 09:00:00 GMT", "x y"])])
        length = rng.choice([0, 0, 1, 300])
        method = rng.choice(["GET", "PUT", "POST", "DELETE", "HEAD"])
        encoded = "".join("/" + quote(segment, "/") for segment in path) or "/"
        wire = "&".join(quote(name) + "=" + quote(value) for name, value in query)
        request = HttpRequest(method, "https://host" + encoded + ("?" + wire if wire else ""))
        for name, value in headers:
            request.headers[name] = value
        request.headers["Content-Length"] = str(length)
        secret = key()
        SharedKeyCredentialPolicy(account, secret).on_request(PipelineRequest(request, PipelineContext(None)))
        yield {
            "account": account, "key": secret, "method": method, "path": encoded, "query": query, "headers": headers,
            "length": length, "authorization": request.headers["Authorization"]}


def signatures():
    service_signatures.X_MS_VERSION = account_signatures.X_MS_VERSION = VERSION
    for number in range(120):
        account, secret = rng.choice(["acmereports", "a1b"]), key()
        expiry = "2026-12-%02dT%02d:00:00Z" % (rng.randint(1, 28), rng.randint(0, 23))
        start = rng.choice([None, "2026-11-01T00:00:00Z"])
        ip, protocol = rng.choice([None, "198.51.100.7", "198.51.100.1-198.51.100.9"]), rng.choice([None, "https", "https,http"])
        scope = rng.choice([None, None, "scope1"])
        common = {"expiry": expiry, "start": start, "ip": ip, "protocol": protocol, "encryption_scope": scope}
        case = {"account": account, "key": secret, **common, "scope": scope}
        del case["encryption_scope"]
        kind = ["account", "container", "blob"][number % 3]
        if kind == "account":
            case.update(permissions=rng.choice(["r", "rwdlac", "rl"]), services=rng.choice(["b", "bf", "bqtf"]), types=rng.choice(["s", "sco"]))
            maker = account_signatures.SharedAccessSignature(account, secret, x_ms_version=VERSION)
            token = maker.generate_account(case["services"], case["types"], case["permissions"], **common)
        else:
            case.update(permissions=rng.choice(["r", "rl", "racwdl"]), container=rng.choice(["daily", "$root"]), policy=rng.choice([None, "policy-1"]))
            options = {**common, "permission": case["permissions"], "policy_id": case["policy"]}
            maker = service_signatures.BlobSharedAccessSignature(account, secret)
            if kind == "container":
                token = maker.generate_container(case["container"], **options)
            else:
                case["blob"] = rng.choice(["a.txt", "logs/2026/é b.txt"])
                token = maker.generate_blob(case["container"], case["blob"], **options)
        case["token"] = sorted([name, value] for name, value in urllib.parse.parse_qsl(token))
        assert ["sv", VERSION] in case["token"]
        yield case


def write(name, cases):
    lines = ",\n".join(json.dumps(case, ensure_ascii=False, sort_keys=True) for case in cases)
    (FIXTURES / name).write_text("[\n" + lines + "\n]\n", encoding="utf-8")


write("azure-shared-key.json", list(shared_keys()))
write("azure-sas.json", list(signatures()))
