#!/bin/bash
# A Python MCP server continues the trace of a tool call without its baggage.
#
# Guess: the traceparent and the baggage in `_meta` of a call are both in the context in which the tool runs.
# Seen with mcp 2.3.0 and opentelemetry-api 1.45.2: the client writes both and the server's middleware, on by default, reads both. It
# passes the read context to `start_as_current_span` as the parent only; the span becomes current in the context of the server, whose
# baggage is empty. The tool's requests carry the trace id, and no sampling context and no member of the application. What a
# propagator for another format keeps in the context is lost in the same way.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q mcp==2.3.0 opentelemetry-api==1.45.2
cat > server.py <<'PYTHON'
from mcp.server.mcpserver import Context, MCPServer
from opentelemetry.propagate import inject

server = MCPServer("shop")


@server.tool()
def order(ctx: Context) -> str:
    sent = {}
    inject(sent)
    places = {"in _meta": ctx.request_context.meta, "the tool sends": sent}
    return "\n".join(f"{place}: {name} {headers.get(name)}" for place, headers in places.items() for name in ("traceparent", "baggage"))


server.run("stdio")
PYTHON
cat > hop.py <<'PYTHON'
import asyncio
import sys

from mcp import Client, StdioServerParameters, stdio_client
from opentelemetry import context
from opentelemetry.propagate import extract


async def main():
    async with Client(stdio_client(StdioServerParameters(command=sys.executable, args=["server.py"]))) as client:
        context.attach(extract({"traceparent": f"00-{'4b' * 16}-{'a3' * 8}-01", "baggage": "sentry-sample_rand=0.25,tenant=acme"}))
        print((await client.call_tool("order", {})).content[0].text)


asyncio.run(main())
PYTHON
venv/bin/python hop.py 2>/dev/null | tee seen
diff seen - <<'EXPECTED'
in _meta: traceparent 00-4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-01
in _meta: baggage sentry-sample_rand=0.25,tenant=acme
the tool sends: traceparent 00-4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-01
the tool sends: baggage None
EXPECTED
