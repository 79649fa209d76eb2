#!/usr/bin/env python3
"""Whole commands against one S3 endpoint in one run, as ratios: cooper, a bare libcurl loop, and Terraform if it is there.

    Benchmarks/whole-command.py [--buckets 50] [--runs 5] [--delay-ms 0] [--cooper PATH] [--terraform] [--no-lifecycle] [--endpoint URL]

Every bucket has seven settings: tags, versioning, encryption, public access block, CORS, lifecycle, policy; Terraform
declares the same. Build first: (cd Benchmarks && swift build -c release) and swift build -c release --static-swift-stdlib -Xswiftc -cross-module-optimization.
Terraform's provider is taken from the filesystem mirror that TF_PLUGINS names (the folder of registry.terraform.io).
"""
import argparse, json, os, pathlib, resource, statistics, subprocess, sys, tempfile, time, urllib.request

here = pathlib.Path(__file__).resolve().parent
ap = argparse.ArgumentParser()
ap.add_argument("--buckets", type=int, default=50)
ap.add_argument("--runs", type=int, default=5)
ap.add_argument("--delay-ms", type=int, default=0)
ap.add_argument("--in-flight", type=int, default=32)
ap.add_argument("--cooper", default=str(here.parent / ".build/release/cooper"))
ap.add_argument("--terraform", action="store_true")
ap.add_argument("--endpoint", help="another endpoint than our own; it must be empty, and answer all that Terraform asks")
ap.add_argument("--no-lifecycle", action="store_true")
a = ap.parse_args()

COOPER = """cooper: 1
name: bench
connections:
  s3: {{ type: aws, endpoint: "{url}", insecure: allow, region: us-east-1, access: {{ method: static, accessKeyId: env:BENCH_KEY, secretAccessKey: env:BENCH_SECRET }} }}
profiles:
  base:
    connection: s3
    versioning: enabled
    encryption: {{ algorithm: AES256 }}
    publicAccess: blocked
    cors: [{{ origins: ["https://app.example.com"], methods: [GET, PUT], headers: ["*"], expose: [ETag], maxAge: 3000s }}]
{lifecycle}    policy:
      Version: "2012-10-17"
      Statement:
        - {{ Sid: DenyInsecureTransport, Effect: Deny, Principal: "*", Action: "s3:*", Resource: ["$(self.arn)", "$(self.arn)/*"], Condition: {{ Bool: {{ "aws:SecureTransport": "false" }} }} }}
    tags: {{ Name: $(self.bucketName), Environment: prod, Team: storage, CostCenter: "4711" }}
buckets:
"""
LIFECYCLE = """    lifecycle:
      expire-noncurrent: { noncurrentExpiration: { after: 30d } }
      abort-multipart: { abortMultipartAfter: 7d }
"""
TERRAFORM = """terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
provider "aws" {
  region = "us-east-1"
  access_key = "bench"
  secret_key = "bench"
  s3_use_path_style = true
  skip_credentials_validation = true
  skip_metadata_api_check = true
  skip_region_validation = true
  skip_requesting_account_id = true
  endpoints {
    s3 = "%(url)s"
    sts = "%(url)s"
    iam = "%(url)s"
  }
}
"""
BUCKET = """
resource "aws_s3_bucket" "%(r)s" {
  bucket = "%(r)s"
  tags = { Name = "%(r)s", Environment = "prod", Team = "storage", CostCenter = "4711" }
}
resource "aws_s3_bucket_versioning" "%(r)s" {
  bucket = aws_s3_bucket.%(r)s.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_s3_bucket_server_side_encryption_configuration" "%(r)s" {
  bucket = aws_s3_bucket.%(r)s.id
  rule {
    apply_server_side_encryption_by_default { sse_algorithm = "AES256" }
  }
}
resource "aws_s3_bucket_public_access_block" "%(r)s" {
  bucket = aws_s3_bucket.%(r)s.id
  block_public_acls = true
  block_public_policy = true
  ignore_public_acls = true
  restrict_public_buckets = true
}
resource "aws_s3_bucket_cors_configuration" "%(r)s" {
  bucket = aws_s3_bucket.%(r)s.id
  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = ["GET", "PUT"]
    allowed_origins = ["https://app.example.com"]
    expose_headers = ["ETag"]
    max_age_seconds = 3000
  }
}
resource "aws_s3_bucket_policy" "%(r)s" {
  bucket = aws_s3_bucket.%(r)s.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "DenyInsecureTransport", Effect = "Deny", Principal = "*",
    Action = "s3:*", Resource = [aws_s3_bucket.%(r)s.arn, "${aws_s3_bucket.%(r)s.arn}/*"],
    Condition = { Bool = { "aws:SecureTransport" = "false" } } }] })
}
"""
TF_LIFECYCLE = """
resource "aws_s3_bucket_lifecycle_configuration" "%(r)s" {
  bucket = aws_s3_bucket.%(r)s.id
  rule {
    id = "expire-noncurrent"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration { noncurrent_days = 30 }
  }
  rule {
    id = "abort-multipart"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload { days_after_initiation = 7 }
  }
}
"""


def tree_memory(pid):
    """Resident MB of a process and all below it."""
    children, sizes = {}, {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            fields = pathlib.Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()
            sizes[int(entry)] = int(fields[21]) * resource.getpagesize() / 1e6
            children.setdefault(int(fields[1]), []).append(int(entry))
        except OSError:
            pass
    todo, total = [pid], 0
    while todo:
        one = todo.pop()
        total += sizes.get(one, 0)
        todo += children.get(one, [])
    return total


def measure(command, cwd, env, samples=False):
    """Wall and CPU seconds with all descendants; memory of the process, or with samples the largest sum over all of them."""
    output = open(cwd / "output", "w+b")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, env=env, stdout=output, stderr=subprocess.STDOUT)
    peak = 0.0
    while samples and os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        peak = max(peak, tree_memory(process.pid))
        time.sleep(0.1)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        output.seek(0)
        sys.exit(f"{command}: exit {process.returncode}\n{output.read().decode()[-3000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "mb": peak if samples else used.ru_maxrss / 1e3}


def counted(url, work):
    """What the work returns, with the requests and connections that our own endpoint saw meanwhile; others don't count."""
    if a.endpoint:
        return work(), ""
    before = stats(url)
    result = work()
    after = stats(url)
    # The first question for the counts is in the difference.
    return result, f", {after['requests'] - before['requests'] - 1} requests, {after['connections'] - before['connections'] - 1} connections"


def stats(url):
    with urllib.request.urlopen(url + "/__stats") as reply:
        return json.load(reply)


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def write(directory, url):
    lines = "".join(f"  bench-{i:05d}: {{ profile: base }}\n" for i in range(a.buckets))
    lifecycle = "" if a.no_lifecycle else LIFECYCLE
    (directory / "cooper.yaml").write_text(COOPER.format(url=url, lifecycle=lifecycle) + lines)
    body = BUCKET + ("" if a.no_lifecycle else TF_LIFECYCLE)
    (directory / "main.tf").write_text(
        TERRAFORM % {"url": url} + "".join(body % {"r": f"tf-{i:05d}"} for i in range(a.buckets)))


def endpoint():
    if a.endpoint:
        return None, a.endpoint
    command = [str(here / ".build/release/s3-endpoint"), "--delay-ms", str(a.delay_ms)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline().strip()
    return process, line if line.startswith("http") else f"http://127.0.0.1:{line.split()[-1]}"


def table(title, rows, base):
    print(f"\n{title}")
    for name, measured in rows.items():
        ratios = "  ".join(
            f"{key} x{median(measured, key) / median(rows[base], key):.2f}" for key in ("wall", "cpu")
            if name != base and median(rows[base], key) > 0)
        print(
            f"  {name:10} wall {median(measured, 'wall'):8.3f} s  cpu {median(measured, 'cpu'):8.3f} s  "
            f"memory {median(measured, 'mb'):6.0f} MB  {ratios}")


process, url = endpoint()
try:
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        write(directory, url)
        env = {
            "PATH": os.environ["PATH"], "HOME": name, "BENCH_KEY": "bench", "BENCH_SECRET": "bench",
            "AWS_EC2_METADATA_DISABLED": "true", "TF_IN_AUTOMATION": "1", "TMPDIR": name,
        }
        def report(what, command):
            measured, seen = counted(url, lambda: measure([a.cooper, *command], directory, env))
            print(f"cooper: {what} {measured['wall']:.3f} s wall, {measured['cpu']:.3f} s cpu, {measured['mb']:.0f} MB{seen}")
            return measured

        first = report(f"first apply of {a.buckets} buckets", ["apply", "--yes"])
        report("empty plan", ["plan", "--detailed-exitcode"])
        text = (directory / "cooper.yaml").read_text()
        one = "  bench-00000: { profile: base }\n"
        (directory / "cooper.yaml").write_text(text.replace(one, one.replace(" }", ", tags: { Changed: once } }")))
        report("apply of one change", ["apply", "--yes"])
        (directory / "cooper.yaml").write_text(text)
        report("apply that takes it back", ["apply", "--yes"])
        rows = {"bare loop": [], "cooper": []}
        for _ in range(a.runs):
            rows["bare loop"].append(
                measure([str(here / ".build/release/bare-loop"), url, str(a.buckets), str(a.in_flight)], directory, env))
            rows["cooper"].append(measure([a.cooper, "plan", "--detailed-exitcode"], directory, env))
        table(f"plan with nothing to change, {a.buckets} buckets x {6 if a.no_lifecycle else 7} settings, delay {a.delay_ms} ms",
              rows, "bare loop")
        if a.terraform:
            mirror = os.environ.get("TF_PLUGINS")
            if mirror:
                rc = directory / "terraformrc"
                rc.write_text('provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\ndisable_checkpoint = true\n' % mirror)
                env["TF_CLI_CONFIG_FILE"] = str(rc)
            measure(["terraform", "init", "-input=false"], directory, env)
            applied = measure(["terraform", "apply", "-input=false", "-auto-approve"], directory, env)
            print(f"\nterraform: first apply {applied['wall']:.1f} s wall, {applied['cpu']:.1f} s cpu; cooper x{applied['wall'] / first['wall']:.0f} faster")
            rows = {"cooper": [], "terraform": []}
            for _ in range(a.runs):
                rows["cooper"].append(measure([a.cooper, "plan", "--detailed-exitcode"], directory, env))
                rows["terraform"].append(
                    measure(["terraform", "plan", "-input=false", "-detailed-exitcode"], directory, env, samples=True))
            table(f"plan with nothing to change, {a.buckets} buckets", rows, "cooper")
finally:
    if process:
        process.terminate()
        process.wait()
