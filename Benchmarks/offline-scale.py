#!/usr/bin/env python3
"""Whole offline commands over large projects: parse, check and plan without observing, as seconds, CPU and memory.

    Benchmarks/offline-scale.py [--cooper PATH] [--buckets 1000,10000,100000] [--files 200] [--runs 5] [--grants-every 10] [--environments]

Each bucket takes its settings from two profiles (versioning, encryption, public access block, logging to a bucket of the
project, a policy, a lifecycle rule) and has tags and CORS of its own; one bucket in ten has a grant to a role on top,
or none with --grants-every 0. With
--environments the project has two, of which the plan is for one; the other is read for owners of the same buckets.
Build first: swift build -c release --static-swift-stdlib -Xswiftc -cross-module-optimization --product cooper
"""
import argparse, os, pathlib, resource, statistics, subprocess, tempfile, time

here = pathlib.Path(__file__).resolve().parent
ap = argparse.ArgumentParser()
ap.add_argument("--cooper", default=str(here.parent / ".build/release/cooper"))
ap.add_argument("--buckets", default="1000,10000,100000")
ap.add_argument("--files", type=int, default=200)
ap.add_argument("--runs", type=int, default=5, help="of the largest projects, 50,000 buckets and more, at most two")
ap.add_argument("--grants-every", type=int, default=10)
ap.add_argument("--environments", action="store_true")
ap.add_argument("--keep", help="writes the first project here and ends")
a = ap.parse_args()

ROOT = """cooper: 1
name: scale
include: ["buckets/*.yaml"]
%s
connections:
  aws: { type: aws, account: "111122223333", region: eu-west-1 }
profiles:
  protected:
    versioning: enabled
    publicAccess: blocked
    lifecycle: { abort-multipart: { abortMultipartAfter: 7d } }
    aws:
      encryption: { algorithm: AES256 }
      logging: { bucket: logs, prefix: $(self.bucketName)/ }
      policy:
        Statement:
          - Sid: TLSOnly
            Effect: Deny
            Principal: "*"
            Action: s3:*
            Resource: [$(self.arn), $(self.arn)/*]
            Condition: { Bool: { "aws:SecureTransport": "false" } }
  eu: { connection: aws, region: eu-west-1, bucketName: acme-$(self.key)%s, tags: { costCenter: "4711" } }
identities:
  etl: { connection: aws, type: role, trust: [{ aws: "arn:aws:iam::444455556666:root", externalId: bbbb }] }
buckets:
  logs: { profile: eu, publicAccess: blocked }
"""


def project(directory, count):
    directory = pathlib.Path(directory)
    (directory / "buckets").mkdir()
    environments = "environments: { stage: {}, prod: {} }" if a.environments else ""
    (directory / "cooper.yaml").write_text(ROOT % (environments, "-$(environment)" if a.environments else ""))
    files = min(a.files, count)
    for f in range(files):
        lines = ["buckets:"]
        grants = ["grants:"]
        for i in range(f, count, files):
            lines += [
                f"  b{i}:", "    profile: [protected, eu]", f"    tags: {{ team: t{i % 40}, service: s{i} }}",
                f"    cors: [{{ origins: [https://a{i % 25}.example], methods: [GET, PUT], maxAge: 1h }}]",
            ]
            if a.grants_every and i % a.grants_every == 0:
                grants.append(f"  g{i}: {{ bucket: b{i}, prefix: in/, allow: readOnly, to: [{{ identity: etl }}] }}")
        text = "\n".join(lines) + "\n" + ("\n".join(grants) + "\n" if len(grants) > 1 else "")
        (directory / "buckets" / f"f{f:04}.yaml").write_text(text)


def run(arguments):
    """Seconds, CPU seconds, and peak memory in MB of one process."""
    begun = time.monotonic()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begun
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(process.stderr.read().decode()[:2000])
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


print(f"load {os.getloadavg()[0]:.1f}, {a.files} files, median of {a.runs}")
print(f"{'buckets':>8}  {'command':<10} {'wall s':>7} {'CPU s':>7} {'MB':>6}  {'CPU us/bucket':>13}")
for count in [int(n) for n in a.buckets.split(",")]:
    with tempfile.TemporaryDirectory() as directory:
        if a.keep:
            os.makedirs(a.keep)
            project(a.keep, count)
            break
        project(directory, count)
        common = ["--project", directory] + (["--environment", "prod"] if a.environments else [])
        state = ["--state", directory + "/state.json"]
        for name, arguments in [
            ("validate", ["validate"] + common), ("plan", ["plan", "--no-observe"] + common + state),
            ("plan json", ["plan", "--no-observe", "--format", "json"] + common + state),
        ]:
            runs = [run([a.cooper] + arguments) for _ in range(a.runs if count < 50_000 else min(a.runs, 2))]
            wall, cpu, memory = (statistics.median(column) for column in zip(*runs))
            print(f"{count:>8}  {name:<10} {wall:>7.3f} {cpu:>7.3f} {memory:>6.0f}  {cpu / count * 1e6:>13.0f}", flush=True)
