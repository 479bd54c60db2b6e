"""Application servers on free ports, each with tracehop's echo application."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from proxies import HOST, NGINX, WAIT_SECONDS, free_port, program
from wire import ask

HERE = Path(__file__).parent
# The folder in which tools/test.sh installs Node's packages.
NODE = HERE.parents[1] / "target" / "test" / "servers-node"
WSGI, ASGI = "tracehop.echo:wsgi", "tracehop.echo:asgi"
CALL = "from tracehop.echo import wsgi as app; "


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def script(name: str, *arguments: str) -> list[str]:
    """Returns a program of this virtual environment."""
    return [str(Path(sys.executable).parent / name), *arguments]


def ruby_server(name: str, port: int, folder: Path) -> list[str]:
    """The echo under a Ruby server, whose program is a Debian package."""
    at = f"{HOST}:{port}"
    rackup = folder / "config.ru"
    rackup.write_text('require "tracehop/echo"\nrun Tracehop::Echo\n')
    commands = {
        "puma": ["puma", "--bind", f"tcp://{at}", str(rackup)],
        "unicorn": ["unicorn", "--listen", at, str(rackup)],
        "thin": ["thin", "--address", HOST, "--port", str(port), "--rackup", str(rackup), "start"],
        "passenger": ["passenger", "start", "--engine", "builtin", "--address", HOST, "--port", str(port), str(folder)],
        "webrick": ["rackup", "--server", "webrick", "--host", HOST, "--port", str(port), str(rackup)],
    }
    first, *more = commands[name]
    return [program(first), *more]


def behind_nginx(port: int, folder: Path) -> list[str]:
    """uWSGI, which starts and stops an nginx in front of it."""
    inner = free_port()
    (folder / "nginx.conf").write_text(NGINX + f"""\
  server {{ listen {HOST}:{port}; location / {{ include /etc/nginx/uwsgi_params; uwsgi_pass {HOST}:{inner}; }} }}
}}
""")
    nginx = f"{program('nginx')} -p {folder} -e error.log -c nginx.conf"
    return script("uwsgi", "--socket", f"{HOST}:{inner}", "--module", WSGI, "--die-on-term", "--disable-logging", "--attach-daemon", nginx)


def command(name: str, port: int, folder: Path) -> list[str]:
    """Returns the command line that starts a server."""
    at = f"{HOST}:{port}"
    if name == "uWSGI (nginx)":
        return behind_nginx(port, folder)
    if name in RACK_SERVERS:
        return ruby_server(name, port, folder)
    commands = {
        "gunicorn": script("gunicorn", "--bind", at, WSGI),
        "waitress": script("waitress-serve", f"--listen={at}", WSGI),
        "uWSGI": script("uwsgi", "--http-socket", at, "--module", WSGI, "--die-on-term", "--disable-logging"),
        "cheroot": script("cheroot", "--bind", at, WSGI),
        "gevent": python("-c", f"{CALL}from gevent.pywsgi import WSGIServer; WSGIServer(('{HOST}', {port}), app).serve_forever()"),
        "eventlet": python("-W", "ignore", "-c", f"import eventlet.wsgi; {CALL}eventlet.wsgi.server(eventlet.listen(('{HOST}', {port})), app)"),
        "wsgiref": python("-c", f"{CALL}from wsgiref.simple_server import make_server; make_server('{HOST}', {port}, app).serve_forever()"),
        "werkzeug": python("-c", f"{CALL}from werkzeug.serving import run_simple; run_simple('{HOST}', {port}, app)"),
        "bjoern": python("-c", f"{CALL}import bjoern; bjoern.run(app, '{HOST}', {port})"),
        "granian (WSGI)": script("granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), WSGI),
        "uvicorn (h11)": script("uvicorn", "--http", "h11", "--host", HOST, "--port", str(port), ASGI),
        "uvicorn (httptools)": script("uvicorn", "--http", "httptools", "--host", HOST, "--port", str(port), ASGI),
        "hypercorn": script("hypercorn", "--bind", at, ASGI),
        "daphne": script("daphne", "-b", HOST, "-p", str(port), ASGI),
        "granian (ASGI)": script("granian", "--interface", "asgi", "--host", HOST, "--port", str(port), ASGI),
        "Flask (get)": script("gunicorn", "--bind", at, "--pythonpath", str(HERE), "frameworks:flask_get"),
        "Django WSGI (get)": script("gunicorn", "--bind", at, "--pythonpath", str(HERE), "frameworks:django_wsgi"),
        "Django ASGI (get)": script("uvicorn", "--host", HOST, "--port", str(port), "--app-dir", str(HERE), "frameworks:django_asgi"),
        "Starlette (get)": script("uvicorn", "--host", HOST, "--port", str(port), "--app-dir", str(HERE), "frameworks:starlette_get"),
        "Starlette (getlist)": script("uvicorn", "--host", HOST, "--port", str(port), "--app-dir", str(HERE), "frameworks:starlette_getlist"),
        **{name: ["node", str(NODE / "echo.mjs"), name, HOST, str(port)] for name in NODE_SERVERS},
    }
    return commands[name]


WSGI_SERVERS = ("gunicorn", "waitress", "uWSGI", "uWSGI (nginx)", "cheroot", "gevent", "eventlet", "wsgiref", "werkzeug", "bjoern", "granian (WSGI)")
ASGI_SERVERS = ("uvicorn (h11)", "uvicorn (httptools)", "hypercorn", "daphne", "granian (ASGI)")
RACK_SERVERS = ("puma", "unicorn", "thin", "webrick", "passenger")
FRAMEWORKS = ("Flask (get)", "Django WSGI (get)", "Django ASGI (get)", "Starlette (get)", "Starlette (getlist)")
NODE_SERVERS = ("http", "express", "fastify")


@contextlib.contextmanager
def serving(name: str, folder: Path) -> Iterator[str]:
    """Runs a server with the echo; yields its address."""
    port = free_port()
    with (folder / "output.log").open("wb") as log:
        started = subprocess.Popen(command(name, port, folder), cwd=folder, stdout=log, stderr=subprocess.STDOUT, env=dict(os.environ))
    address = f"http://{HOST}:{port}"
    try:
        deadline = time.monotonic() + WAIT_SECONDS
        while ask(address)[0] != 200:
            if started.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} does not answer: {(folder / 'output.log').read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield address
    finally:
        started.terminate()
        try:
            started.wait(timeout=10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()
