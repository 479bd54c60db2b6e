"""The addresses of all services. The runner chooses free ports and passes them by environment variables."""

import os
from pathlib import Path
from urllib.parse import urlsplit

DSN = os.environ["CHAIN_DSN"]
PAGE = os.environ["CHAIN_PAGE"]
API = os.environ["CHAIN_API"]
STRANGER = os.environ["CHAIN_STRANGER"]
STOCK = os.environ["CHAIN_STOCK"]
PAGE_FILES = Path(os.environ["CHAIN_PAGE_FILES"])
COLLECTOR = f"{PAGE}/collector"
# The project of the DSN at the collector: the SDK of a service sends its envelopes there.
RECORDER = f"{urlsplit(PAGE).scheme}://{urlsplit(DSN).username}@{urlsplit(PAGE).netloc}/1"

IDENTITY = {"dsn": DSN, "environment": "demo", "traces_sample_rate": 1.0}
