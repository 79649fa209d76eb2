"""The servers and the proxy do what the other tests rely on, shown with boto3 and the AWS CLI."""

import os
import ssl
import subprocess
import sys
import urllib.request

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ConnectionClosedError

from support import estates, reading
from support.moto import client
from support.processes import minimal_environment


def code(error):
    return error.value.response["Error"]["Code"]


def test_moto_refuses_wrong_signatures(moto):
    with pytest.raises(ClientError) as error:
        client("s3", moto.endpoint, moto.key, "wrong").list_buckets()
    assert code(error) == "SignatureDoesNotMatch"
    with pytest.raises(ClientError) as error:
        client("s3", moto.endpoint, "AKIAUNKNOWN", moto.secret).list_buckets()
    assert code(error) == "InvalidAccessKeyId"
    assert moto.client("sts").get_caller_identity()["Account"] == moto.account


def test_moto_is_empty_after_a_reset(moto):
    moto.client().create_bucket(Bucket="left-over")
    before = moto.key
    moto.reset()
    assert moto.client().list_buckets()["Buckets"] == []
    assert moto.key != before


def test_aws_cli_reads_moto(moto):
    moto.client().create_bucket(Bucket="for-the-cli")
    done = subprocess.run(
        [os.path.join(os.path.dirname(sys.executable), "aws"), "--endpoint-url", moto.endpoint, "s3", "ls"],
        env=minimal_environment(
            AWS_ACCESS_KEY_ID=moto.key, AWS_SECRET_ACCESS_KEY=moto.secret, AWS_DEFAULT_REGION="us-east-1"
        ),
        capture_output=True, text=True, timeout=60,
    )
    assert "for-the-cli" in done.stdout, done.stderr


def test_ceph_refuses_wrong_signatures(ceph):
    with pytest.raises(ClientError) as error:
        client("s3", ceph.endpoint, ceph.key, "wrong").list_buckets()
    assert code(error) == "SignatureDoesNotMatch"
    s3 = ceph.client()
    s3.create_bucket(Bucket="a-bucket")
    s3.put_bucket_tagging(Bucket="a-bucket", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    assert reading.observed("tags", s3, "a-bucket") == {"a": "b"}
    assert reading.observed("cors", s3, "a-bucket") is None


def test_proxy_records_and_keeps_signatures(moto, proxy):
    s3 = moto.client(endpoint=proxy.endpoint)
    s3.create_bucket(Bucket="through-the-proxy")
    s3.put_bucket_tagging(Bucket="through-the-proxy", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.list_buckets()
    moto.client("sts", endpoint=proxy.endpoint).get_caller_identity()
    assert proxy.operations == ["PUT bucket", "PUT ?tagging", "GET service", "POST GetCallerIdentity"]
    assert [exchange.status for exchange in proxy.exchanges] == [200, 200, 200, 200] or proxy.exchanges[1].status == 204
    assert [exchange.operation for exchange in proxy.writes] == ["PUT bucket", "PUT ?tagging"]


def test_proxy_injects_faults(moto, proxy):
    s3 = moto.client(endpoint=proxy.endpoint)
    proxy.inject("status", "PUT bucket", status=503, times=1)
    with pytest.raises(ClientError) as error:
        s3.create_bucket(Bucket="faulty")
    assert code(error) == "SlowDown"
    proxy.inject("dropBefore", "PUT bucket", times=1)
    with pytest.raises((ConnectionClosedError, EndpointConnectionError)):
        s3.create_bucket(Bucket="faulty")
    assert moto.client().list_buckets()["Buckets"] == []
    proxy.inject("dropAfter", "PUT bucket", times=1)
    with pytest.raises((ConnectionClosedError, EndpointConnectionError)):
        s3.create_bucket(Bucket="faulty")
    assert [bucket["Name"] for bucket in moto.client().list_buckets()["Buckets"]] == ["faulty"]
    proxy.inject("truncate", "GET service", times=1)
    with pytest.raises(Exception):
        s3.list_buckets()
    assert s3.list_buckets()["Buckets"]


def test_tls_is_signed_by_the_private_authority(moto, tls, authority):
    with pytest.raises(Exception):
        urllib.request.urlopen(tls.endpoint + "/moto-api/", timeout=10)
    context = ssl.create_default_context(cafile=authority.certificate)
    assert urllib.request.urlopen(tls.endpoint + "/moto-api/", timeout=10, context=context).status == 200


def test_the_estates_are_large_enough():
    document = reading.load(estates.MOTO_BUCKETS)
    buckets = document["buckets"].values()
    assert len(buckets) >= 12
    assert {bucket.get("region", "eu-west-1") for bucket in buckets} == {"eu-west-1", "us-east-1"}
    for facet in reading.FACETS:
        assert sum(facet in bucket for bucket in buckets) >= 2, facet
    assert len(reading.load(estates.CEPH_BUCKETS)["buckets"]) >= 12
