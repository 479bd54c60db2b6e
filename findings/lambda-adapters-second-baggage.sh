#!/bin/bash
# Four of seven AWS Lambda adapters give the application only the last of two `baggage` lines, although the event has both.
#
# Guess: an event of an API Gateway REST API has the last value of each header in `headers` and all values in `multiValueHeaders`,
# so an adapter that is made for this event gives the application both lines.
# Seen with serverless-wsgi 3.1.0, aws-wsgi 0.2.7, chalice 1.34.0 and serverless-http 4.0.0: only the last line arrives.
# serverless-wsgi reads both and stores them one over the other; serverless-http joins both and then copies `headers` over the
# result; the other two never read `multiValueHeaders`. If the last line is another tracer's, the sampling context of Sentry is
# lost. mangum 0.22.0, apig-wsgi 2.20.0 and @codegenie/serverless-express 4.17.1 keep both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q serverless-wsgi==3.1.0 aws-wsgi==0.2.7 chalice==1.34.0 mangum==0.22.0 apig-wsgi==2.20.0
npm install --silent --no-audit serverless-http@4.0.0 @codegenie/serverless-express@4.17.1 express@5.3.0
cat > event.json <<'JSON'
{
  "resource": "/", "path": "/", "httpMethod": "GET", "body": null, "isBase64Encoded": false,
  "headers": {"Host": "shop.example", "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https", "baggage": "tenant=acme"},
  "multiValueHeaders": {
    "Host": ["shop.example"], "X-Forwarded-Port": ["443"], "X-Forwarded-Proto": ["https"],
    "baggage": ["sentry-sample_rand=0.25", "tenant=acme"]
  },
  "queryStringParameters": null, "multiValueQueryStringParameters": null, "pathParameters": null, "stageVariables": null,
  "requestContext": {
    "resourcePath": "/", "path": "/", "httpMethod": "GET", "stage": "live", "requestId": "1", "protocol": "HTTP/1.1",
    "identity": {"sourceIp": "192.0.2.1"}
  }
}
JSON
cat > hop.py <<'PYTHON'
import json

import apig_wsgi
import awsgi
import chalice
import mangum
import serverless_wsgi


def wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["HTTP_BAGGAGE"].encode()]


async def asgi(scope, receive, send):
    lines = [value for name, value in scope["headers"] if name == b"baggage"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b",".join(lines)})


chalice_application = chalice.Chalice(app_name="shop")
chalice_application.route("/")(lambda: chalice_application.current_request.headers["baggage"])
for name, handler in {
    "serverless-wsgi": lambda event, context: serverless_wsgi.handle_request(wsgi, event, context),
    "aws-wsgi": lambda event, context: awsgi.response(wsgi, event, context),
    "chalice": chalice_application,
    "apig-wsgi": apig_wsgi.make_lambda_handler(wsgi),
    "mangum": mangum.Mangum(asgi, lifespan="off"),
}.items():
    with open("event.json") as file:
        print(f"{name}: {handler(json.load(file), None)['body'].replace(', ', ',')}")
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import codegenie from "@codegenie/serverless-express";
import express from "express";
import serverlessHttp from "serverless-http";

const app = express();
app.get("/", (request, response) => response.type("text").send(request.headers.baggage));
const handlers = { "serverless-http": serverlessHttp(app), "@codegenie/serverless-express": codegenie.configure({ app }) };
for (const [name, handler] of Object.entries(handlers)) {
  console.log(`${name}: ${(await handler(JSON.parse(readFileSync("event.json")), {})).body.replaceAll(", ", ",")}`);
}
JAVASCRIPT
{
    venv/bin/python -W ignore hop.py
    node hop.mjs
} | tee seen
diff seen - <<'EXPECTED'
serverless-wsgi: tenant=acme
aws-wsgi: tenant=acme
chalice: tenant=acme
apig-wsgi: sentry-sample_rand=0.25,tenant=acme
mangum: sentry-sample_rand=0.25,tenant=acme
serverless-http: tenant=acme
@codegenie/serverless-express: sentry-sample_rand=0.25,tenant=acme
EXPECTED
