#!/usr/bin/env python3
"""Writes Fixtures/google-jwt.json: assertions that google-auth signed and took (pip install google-auth==2.63.0
cryptography==50.0.2). Run only to make it anew; the keys in it are made here and belong to nobody.

Each token is of canonical JSON (sorted keys, no spaces), signed by google.auth.crypt, and read back by google.auth.jwt.
"""
import base64
import json
import pathlib
import random
import time

import google.auth.jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
encode = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=")
compact = lambda value: json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

rng = random.Random(7523)
keys = []
for bits, form in ((2048, "PKCS8"), (2048, "TraditionalOpenSSL"), (3072, "PKCS8")):
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    keys.append((
        key.private_bytes(
            serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), serialization.NoEncryption()).decode(),
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)))

cases = []
for number in range(300):
    private, public = keys[number % len(keys)]
    issued = int(time.time()) - rng.randrange(0, 5)
    header = {"alg": "RS256", "typ": "JWT"}
    if rng.random() < 0.7:
        header["kid"] = f"{rng.randrange(16**40):x}"
    claims = {
        "iss": f"svc-{rng.randrange(10**6)}@acme-prod.iam.gserviceaccount.com", "iat": issued, "exp": issued + 3600,
        "aud": rng.choice(["https://oauth2.googleapis.com/token", "https://sts.example/token?x=1&y=é"]),
        "scope": rng.choice(["https://www.googleapis.com/auth/cloud-platform", "a b", "größe 名前 😀"]),
    }
    if rng.random() < 0.5:
        claims["sub"] = claims["iss"]
    signed = encode(compact(header)) + b"." + encode(compact(claims))
    token = signed + b"." + encode(crypt.RSASigner.from_string(private).sign(signed))
    assert google.auth.jwt.decode(token, certs=public, audience=claims["aud"]) == claims
    cases.append({"key": number % len(keys), "kid": header.get("kid"), "claims": claims, "token": token.decode()})

text = json.dumps({"keys": [private for private, _ in keys], "cases": []}, ensure_ascii=False)[:-2]
lines = ",\n".join(json.dumps(case, ensure_ascii=False, sort_keys=True) for case in cases)
(FIXTURES / "google-jwt.json").write_text(text + "\n" + lines + "\n]}\n", encoding="utf-8")
print(f"google-jwt.json: {len(cases)} cases")
