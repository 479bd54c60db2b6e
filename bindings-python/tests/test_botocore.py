"""boto3's clients: each request to a target carries the trace, outside of the signature."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import botocore.config
import pytest
from servers import wsgiref_server

import tracehop
import tracehop.botocore

NAMES = ("sentry-trace", "baggage", "authorization")


class Bucket:
    """Records requests; responds with these statuses in turn, then 200. `own` counts the requests whose key is the span id."""

    def __init__(self, *statuses: str) -> None:
        self.seen: list[dict[str, str]] = []
        self.statuses = list(statuses)
        self.own = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        keys = {name: "HTTP_" + name.upper().replace("-", "_") for name in NAMES}
        self.seen.append({name: environ[key] for name, key in keys.items() if key in environ})
        self.own += environ["PATH_INFO"][-16:] in environ.get("HTTP_SENTRY_TRACE", "")
        start_response(self.statuses.pop(0) if self.statuses else "200 OK", [("Content-Length", "2")])
        return [b"ok"]


def client(address: str) -> Any:
    settings = botocore.config.Config(
        retries={"mode": "standard", "total_max_attempts": 2}, s3={"addressing_style": "path"}, proxies={}
    )
    keys = {"aws_access_key_id": "id", "aws_secret_access_key": "secret", "region_name": "eu-west-1"}
    return boto3.client("s3", endpoint_url=address, config=settings, **keys)


def signed(authorization: str) -> list[str]:
    found = re.search("SignedHeaders=([^,]+)", authorization)
    assert found
    return found[1].split(";")


def fetch(s3: Any, key: str = "k") -> None:
    with s3.get_object(Bucket="b", Key=key)["Body"] as body:
        assert body.read() == b"ok"


def test_a_request_to_a_target_carries_the_trace_unsigned() -> None:
    bucket = Bucket()
    with wsgiref_server(bucket) as address:
        propagator = tracehop.Propagator(trace_propagation_targets=[tracehop.Origin(address)])
        s3 = client(address)
        assert tracehop.botocore.trace(s3, propagator) is tracehop.botocore.trace(s3, propagator) is s3
        contexts = [propagator.start_trace(), propagator.start_trace()]
        for context in contexts:
            with tracehop.use(context):
                fetch(s3)
        fetch(s3)
        s3.close()
    carried = [(seen.get("sentry-trace"), seen.get("baggage")) for seen in bucket.seen]
    assert carried == [*((context.sentry_trace, context.baggage) for context in contexts), (None, None)]
    assert all(not {"sentry-trace", "baggage"} & set(signed(seen["authorization"])) for seen in bucket.seen)


def test_threads_that_share_a_client_carry_their_own_traces() -> None:
    bucket = Bucket()
    with wsgiref_server(bucket) as address, ThreadPoolExecutor(8) as threads:
        propagator = tracehop.Propagator(trace_propagation_targets=[tracehop.Origin(address)])
        s3 = tracehop.botocore.trace(client(address), propagator)

        def one(_: int) -> str:
            with tracehop.use(propagator.start_trace()) as context:
                assert context
                fetch(s3, context.span_id)
                return context.sentry_trace

        sent = sorted(threads.map(one, range(48)))
        s3.close()
    assert sorted(seen["sentry-trace"] for seen in bucket.seen) == sent
    assert bucket.own == len(set(sent)) == 48


def test_a_retry_carries_the_trace_once_and_another_host_nothing() -> None:
    bucket, stranger = Bucket("503 Slow Down"), Bucket()
    with wsgiref_server(bucket) as address, wsgiref_server(stranger) as other:
        propagator = tracehop.Propagator(trace_propagation_targets=[tracehop.Origin(address)])
        with tracehop.use(propagator.start_trace()) as context:
            assert context
            for where in (address, other):
                s3 = tracehop.botocore.trace(client(where), propagator)
                fetch(s3)
                s3.close()
    assert [seen["sentry-trace"] for seen in bucket.seen] == [context.sentry_trace] * 2
    assert list(stranger.seen[0]) == ["authorization"]


def test_presigned_url_signs_no_trace_header() -> None:
    propagator = tracehop.Propagator()
    s3 = tracehop.botocore.trace(client("http://127.0.0.1:9"), propagator)
    with tracehop.use(propagator.start_trace()):
        url = s3.generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"})
    assert "sentry-trace" not in url and "baggage" not in url
    s3.close()


def test_other_type_than_a_client_is_refused() -> None:
    with pytest.raises(TypeError, match="client must be a client of boto3 or botocore, not dict"):
        tracehop.botocore.trace({}, tracehop.Propagator())
    with pytest.raises(TypeError, match="propagator must be a Propagator"):
        tracehop.botocore.trace(client("http://127.0.0.1:9"), None)  # type: ignore[arg-type]
