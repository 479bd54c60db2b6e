"""boto3 and botocore send the current trace: ``tracehop.botocore.trace(boto3.client("s3", ...), propagator)``.

It decides again for each retry and for each URL of an S3 redirect. The headers are added after the request is signed,
so that a proxy may replace them; botocore itself leaves ``baggage`` and ``traceparent`` out of signatures.
Messages of SQS and SNS carry the trace in their attributes: :func:`tracehop.messages.as_sqs_attributes`.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

from typing import Any, TypeVar

from . import _given
from ._clients import carry
from ._tracehop import Propagator

_Client = TypeVar("_Client")


def trace(client: _Client, propagator: Propagator) -> _Client:
    """Returns the same client, whose requests to the targets carry the current trace.

    ``client`` is the result of ``boto3.client(...)`` or of a botocore session; for a resource pass its ``meta.client``.
    """
    _given.propagator(propagator)
    meta: Any = getattr(client, "meta", None)
    if not hasattr(meta, "events"):
        raise TypeError(f"client must be a client of boto3 or botocore, not {type(client).__name__}")

    def request_created(request: Any, **_: object) -> None:
        # Each retry is a new request with the caller's headers.
        carry(propagator, request.url, request.headers, client="botocore", pairs="raw_items")

    # After the signer, which handles the same event; the events of signing are also sent for presigned URLs.
    meta.events.register_last("request-created", request_created, unique_id="tracehop")
    return client
