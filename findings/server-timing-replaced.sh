#!/bin/bash
# Two Python packages that write Server-Timing replace the header that the application has set, so the page's trace is lost.
#
# Guess: a package that adds metrics to Server-Timing appends them to a header that is there, since the header is a list.
# Seen with django-server-timing 0.2.0, flask-server-timing 0.1.2, server-timing 3.3.3 (Express) and hono 4.13.19: the JavaScript
# packages append. Both Python packages set the header as soon as the request has one metric. The trace that a page passes to the
# browser by `sentry-trace;desc="..."` is gone then, and the page load starts its own. It stays in Django if the middleware that
# adds it is before that of the package in MIDDLEWARE, and so runs after it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile django==5.2.19 flask==3.1.3
# Both packages contain a module `server_timing`.
venv/bin/pip install -q --no-compile --no-deps --target for_django django-server-timing==0.2.0
venv/bin/pip install -q --no-compile --no-deps --target for_flask flask-server-timing==0.1.2
npm install --silent --no-audit server-timing@3.3.3 express@5.3.0 hono@4.13.19
cat > with_django.py <<'PYTHON'
import django
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from server_timing.middleware import timed


def add_trace(get_response):
    def respond(request):
        response = get_response(request)
        there = response.headers.get("Server-Timing")
        response.headers["Server-Timing"] = ", ".join(filter(None, [there, 'sentry-trace;desc="T"']))
        return response

    return respond


def page(request):
    with timed("db"):
        return HttpResponse()


urlpatterns = [path("", page)]
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="x")
django.setup()
package, trace = "server_timing.middleware.ServerTiming", "__main__.add_trace"
for name, order in {"first": [package, trace], "second": [trace, package]}.items():
    settings.MIDDLEWARE = order
    print(f"django-server-timing {name}:", Client().get("/").headers["Server-Timing"])
PYTHON
cat > with_flask.py <<'PYTHON'
import flask
from server_timing import Timing

application = flask.Flask("application")
Timing(application, force_debug=True)


@application.get("/")
def page():
    with Timing.time("db"):
        return "", {"Server-Timing": 'sentry-trace;desc="T"'}


print("flask-server-timing:", application.test_client().get("/").headers["Server-Timing"])
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { createServer } from "node:http";
import express from "express";
import { Hono } from "hono";
import { setMetric, timing } from "hono/timing";
import serverTiming from "server-timing";

const trace = 'sentry-trace;desc="T"';
async function get(listener) {
  const server = createServer(listener);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const response = await fetch(`http://127.0.0.1:${server.address().port}/`);
  server.close();
  return response.headers.get("server-timing");
}

const inExpress = express();
inExpress.use(serverTiming({ total: false }));
inExpress.get("/", (request, response) => {
  response.set("Server-Timing", trace).setMetric("db", 1);
  response.end();
});
console.log("server-timing:", await get(inExpress));

const inHono = new Hono();
inHono.use(timing({ total: false }));
inHono.get("/", (c) => {
  setMetric(c, "db", 1);
  return c.body(null, 200, { "Server-Timing": trace });
});
console.log("hono:", (await inHono.request("/")).headers.get("server-timing"));
JAVASCRIPT
{
    PYTHONPATH=for_django venv/bin/python with_django.py
    PYTHONPATH=for_flask venv/bin/python with_flask.py
    node hop.mjs
} | sed -E 's/(dur)?=[0-9.]+/\1=N/g' | tee seen
diff seen - <<'EXPECTED'
django-server-timing first: db;desc="";dur=N
django-server-timing second: db;desc="";dur=N, sentry-trace;desc="T"
flask-server-timing: db;dur=N;desc="db"
server-timing: sentry-trace;desc="T", db; dur=N
hono: sentry-trace;desc="T", db;dur=N
EXPECTED
