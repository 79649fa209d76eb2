#!/usr/bin/env python3
"""Writes the fixtures of the signing tests; run only to make them anew (pip install botocore==1.43.11).

    make_vectors.py suite BOTOCORE_SOURCE   Fixtures/aws4_testsuite.json, from the AWS suite that botocore's source
                                            distribution carries (pip download --no-binary :all: botocore)
    make_vectors.py generated               Fixtures/botocore.json: random requests, signed by botocore

The unit tests read the JSON and need neither Python nor botocore.
"""
import base64
import datetime
import json
import pathlib
import random
import sys
import urllib.parse

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"


def write(name, cases):
    lines = ",\n".join(json.dumps(case, ensure_ascii=False, sort_keys=True) for case in cases)
    (FIXTURES / name).write_text("[\n" + lines + "\n]\n", encoding="utf-8")
    print(f"{name}: {len(cases)} cases")


def suite(source):
    root = pathlib.Path(source) / "tests/unit/auth/aws4_testsuite"
    cases = []
    for request in sorted(root.rglob("*.req")):
        read = lambda kind: request.with_suffix("." + kind).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        head, _, body = read("req").partition("\n\n")
        lines = head.split("\n")
        method, rest = lines[0].split(" ", 1)
        target = rest.rsplit(" ", 1)[0]
        path, _, query = target.partition("?")
        headers, token = [], None
        for line in filter(None, lines[1:]):
            if line.startswith(" "):
                headers[-1][1] += "\n" + line
                continue
            name, _, value = line.partition(":")
            headers.append([name, value])
        if "security-token" in read("authz").lower():
            signed = dict((n.lower(), v) for n, v in (
                line.partition(":")[::2] for line in read("sreq").split("\n")[1:]))
            token = signed["x-amz-security-token"]
        headers = [h for h in headers if h[0].lower() not in ("host", "x-amz-date", "x-amz-security-token")]
        pairs = [pair.partition("=") for pair in query.split("&")] if query else []
        unquote = urllib.parse.unquote
        cases.append({
            "name": request.stem, "method": method, "path": path, "headers": headers, "body": body,
            "query": [[unquote(name), unquote(value)] for name, _, value in pairs], "token": token,
            "canonicalRequest": read("creq"), "stringToSign": read("sts"), "authorization": read("authz"),
        })
    write("aws4_testsuite.json", cases)


def generated():
    import botocore.auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    rng = random.Random(20130524)
    plain = ["a", "logs", "data eu", "é", "名前", "a+b", "50%", "it's", "(x)", "*", "!", "~t", "a=b&c", "q?", "#1", ":", "@",
             "A.b-c_d", "$x", ",", ";", "[0]", "\\", '"', "<tag>", "😀"]
    subresources = ["cors", "lifecycle", "policy", "tagging", "versioning", "publicAccessBlock", "encryption"]
    regions = ["us-east-1", "eu-west-1", "eu-central-2", "cn-north-1", "us-gov-west-1", "auto", "default"]
    quote = lambda text: urllib.parse.quote(text, safe="-_.~")
    # Keys that a signer may clean up on its way and must not: S3 signs a path as it stands.
    nasty = ["a//b", "//", "./x", "../x", "a/../b", ".", "..", "...", " lead", "tail ", "a%2Fb", "%", "e\u0301", "\u202e", "\t",
             "a/", "/a", "\x7f", "&", "?", "=", "a;b", "Ünïcödé/日本/😀 x", "+", "%20"]
    cases = []
    for number in range(600):
        words = plain if number < 360 else plain + nasty + nasty
        s3 = number % 3 != 2
        presigned = number % 4 == 3
        service = "s3" if s3 else rng.choice(["sts", "iam", "execute-api", "kms"])
        method = "GET" if presigned else rng.choice(["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"])
        region = rng.choice(regions)
        port = rng.choice(["", "", ":9000"])
        host = rng.choice(["s3.eu-west-1.amazonaws.com", "acme-data.s3.amazonaws.com", "minio.internal", "127.0.0.1",
                           "[::1]", "sts.amazonaws.com"]) + port
        segments = [rng.choice(words) for _ in range(rng.randint(0, 4))]
        if s3 and segments and rng.random() < 0.3:
            segments[-1] = segments[-1] + "/" + rng.choice(words)
        if (not s3 or number >= 360) and segments and rng.random() < 0.3:
            segments.insert(rng.randint(0, len(segments)), rng.choice([".", "..", ""]))
        if segments and rng.random() < 0.2:
            segments.append("")
        query = []
        if rng.random() < 0.5:
            query.append([rng.choice(subresources), None])
        for _ in range(rng.randint(0, 4)):
            name = rng.choice(["prefix", "max-keys", "marker", "Action", "x-id", "名"]) + rng.choice(["", "2", "-a", "A"])
            if name not in [item[0] for item in query]:
                query.append([name, rng.choice(words + ["", "x y"])])
        if not presigned and query and rng.random() < 0.2:
            query.append([query[0][0], "second"])
        headers = []
        for name in rng.sample(["Content-Type", "x-amz-expected-bucket-owner", "X-Amz-Meta-Note", "If-None-Match", "Range",
                                "Content-MD5", "x-amz-acl"], 0 if presigned else rng.randint(0, 4)):
            headers.append([name, rng.choice(["text/xml", "111122223333", "*", " a   b ", "bytes=0-9", "private"])])
        body = b"" if presigned or method in ("GET", "HEAD") else rng.choice(
            [b"", b"<a/>", bytes(rng.randrange(256) for _ in range(rng.choice([1, 55, 56, 64, 300]))),
             "Wörter".encode()])
        token = rng.choice([None, None, "FwoGZXIvYXdzE/==+token"])
        key, secret = "AKIA" + str(rng.randrange(10**15)), base64.b64encode(rng.randbytes(30)).decode()
        instant = datetime.datetime(2000, 1, 1) + datetime.timedelta(seconds=rng.randrange(3_000_000_000))
        botocore.auth.get_current_datetime = lambda remove_tzinfo=True, instant=instant: instant
        path = "".join("/" + urllib.parse.quote(s, safe="-_.~/" if s3 else "-_.~") for s in segments) or "/"
        wire = "&".join(quote(n) if v is None else quote(n) + "=" + quote(v) for n, v in query)
        request = AWSRequest(method, "https://" + host + path + ("?" + wire if wire else ""), data=body)
        for name, value in headers:
            request.headers[name] = value
        names = ("S3SigV4QueryAuth" if s3 else "SigV4QueryAuth") if presigned else ("S3SigV4Auth" if s3 else "SigV4Auth")
        expires = rng.choice([1, 900, 604800])
        extra = {"expires": expires} if presigned else {}
        signer = getattr(botocore.auth, names)(Credentials(key, secret, token), service, region, **extra)
        signer.add_auth(request)
        case = {
            "method": method, "host": host, "path": segments, "query": query, "headers": headers, "token": token,
            "body": base64.b64encode(body).decode(), "s3": s3, "service": service, "region": region, "key": key,
            "secret": secret, "time": instant.strftime("%Y%m%dT%H%M%SZ"),
        }
        if presigned:
            pairs = urllib.parse.parse_qsl(urllib.parse.urlsplit(request.url).query, keep_blank_values=True)
            case["expires"] = expires
            case["presigned"] = sorted([n, v] for n, v in pairs)
        else:
            case["authorization"] = request.headers["Authorization"]
        cases.append(case)
    write("botocore.json", cases)


if __name__ == "__main__":
    if sys.argv[1:2] == ["suite"] and len(sys.argv) == 3:
        suite(sys.argv[2])
    elif sys.argv[1:] == ["generated"]:
        generated()
    else:
        sys.exit(__doc__)
