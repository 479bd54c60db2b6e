"""Debian's proxies on free ports of the loopback address, each correct below /whole/ and faulty below other paths."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HOST = "127.0.0.1"
WAIT_SECONDS = 30

PACKAGES = {
    "nginx": "nginx",
    "apache": "apache2",
    "haproxy": "haproxy",
    "varnish": "varnish",
    "lighttpd": "lighttpd",
    "squid": "squid",
    "caddy": "caddy",
    "ats": "trafficserver",
    "h2o": "h2o",
    "nghttpx": "nghttp2-proxy",
    "tinyproxy": "tinyproxy",
}
"""The Debian package of each."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def program(name: str) -> str:
    """Returns the path of a server's program, which is often outside of a user's PATH."""
    found = shutil.which(name, path=f"/usr/sbin:/usr/bin:/sbin:{os.environ['PATH']}")
    assert found, f"{name} is not installed"
    return found


Start = Callable[[Path, int, int], list[str]]
"""Writes the configuration into a folder, for a port and an upstream's port, and gives the command line."""


# The start of each nginx configuration: in the foreground, with all its files in its own folder.
NGINX = """
daemon off; worker_processes 1; pid nginx.pid; error_log error.log;
events { }
http {
  access_log off;
  client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e;
"""


def nginx(folder: Path, port: int, upstream: int) -> list[str]:
    up = f"proxy_pass http://{HOST}:{upstream};"
    # Without TLS it needs a separate port for HTTP/2.
    http2 = free_port()
    (folder / "http2.port").write_text(str(http2))
    (folder / "nginx.conf").write_text(NGINX + f"""\
  server {{
    listen {HOST}:{port};
    listen {HOST}:{http2} http2;
    location /whole/ {{ {up} }}
    location /strips-baggage/ {{ proxy_set_header baggage ""; {up} }}
    location /strips-trace/ {{ proxy_set_header sentry-trace ""; {up} }}
    location /changes/ {{ proxy_set_header sentry-trace "0-0"; {up} }}
    location /first-line/ {{ proxy_set_header baggage $http_baggage; {up} }}
    location /blocks/ {{ if ($http_sentry_trace) {{ return 403; }} {up} }}
    location /absent/ {{ return 404; }}
    location /redirects/ {{ return 302 /whole/; }}
    location /blocks-redirect/ {{ if ($http_sentry_trace) {{ return 403; }} return 302 /whole/; }}
    location /redirects-away/ {{ return 302 http://{HOST}:{upstream}/; }}
    location /redirects-forever/ {{ return 302 /redirects-forever/; }}
  }}
}}
""")
    return [program("nginx"), "-p", str(folder), "-e", "error.log", "-c", "nginx.conf"]


def apache(folder: Path, port: int, upstream: int) -> list[str]:
    modules = ("mpm_event", "proxy", "proxy_http", "headers", "authz_core", "alias", "http2")
    loads = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in modules)
    (folder / "apache.conf").write_text(f"""
{loads}
ServerName {HOST}
ServerRoot {folder}
PidFile {folder}/apache.pid
DefaultRuntimeDir {folder}
Mutex file:{folder} default
ErrorLog {folder}/error.log
User www-data
Listen {HOST}:{port}
Protocols h2c http/1.1
ProxyPass "/" "http://{HOST}:{upstream}/"
<Location "/strips-baggage/">
  RequestHeader unset baggage
</Location>
<Location "/changes/">
  RequestHeader set sentry-trace "0-0"
</Location>
<Location "/blocks/">
  <If "-n %{{HTTP:baggage}}">
    Require all denied
  </If>
</Location>
""")
    return [program("apache2"), "-DFOREGROUND", "-f", str(folder / "apache.conf")]


def haproxy(folder: Path, port: int, upstream: int) -> list[str]:
    # The server is used only if its health check passes.
    (folder / "haproxy.cfg").write_text(f"""
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout check 10s
listen edge
  bind {HOST}:{port}
  http-request del-header baggage if {{ path_beg /strips-baggage/ }}
  http-request add-header sentry-trace %[req.fhdr(sentry-trace)] if {{ path_beg /doubles/ }}
  http-request deny deny_status 400 if {{ path_beg /short/ }} {{ req.fhdr(baggage),length gt 1500 }}
  option httpchk
  http-check send meth OPTIONS uri /
  server behind {HOST}:{upstream} check inter 100ms fall 1 rise 1
""")
    return [program("haproxy"), "-db", "-f", str(folder / "haproxy.cfg")]


def varnish(folder: Path, port: int, upstream: int) -> list[str]:
    (folder / "default.vcl").write_text(f"""
vcl 4.1;
import std;
backend behind {{ .host = "{HOST}"; .port = "{upstream}"; }}
sub vcl_recv {{
  if (req.url ~ "^/collects/") {{ std.collect(req.http.baggage); }}
  if (req.url ~ "^/strips-baggage/") {{ unset req.http.baggage; }}
  if (req.url ~ "^/one-for-all/") {{ set req.url = "/one-for-all/"; }}
}}
sub vcl_backend_response {{
  if (bereq.url ~ "^/(caches|one-for-all)/") {{
    unset beresp.http.Cache-Control; unset beresp.http.Vary;
    set beresp.uncacheable = false; set beresp.ttl = 60s; return (deliver);
  }}
}}
""")
    more = ["-s", "malloc,16m", "-j", "none", "-p", "feature=+http2"]
    return [program("varnishd"), "-F", "-a", f"{HOST}:{port}", "-f", str(folder / "default.vcl"), "-n", str(folder / "state"), *more]


def lighttpd(folder: Path, port: int, upstream: int) -> list[str]:
    (folder / "lighttpd.conf").write_text(f"""
server.modules = ("mod_setenv", "mod_access", "mod_proxy")
server.document-root = "{folder}"
server.bind = "{HOST}"
server.port = {port}
server.errorlog = "{folder}/error.log"
proxy.server = ("" => (("host" => "{HOST}", "port" => {upstream})))
$HTTP["url"] =~ "^/strips-baggage/" {{ setenv.set-request-header = ("baggage" => "") }}
""")
    return [program("lighttpd"), "-D", "-f", str(folder / "lighttpd.conf")]


def squid(folder: Path, port: int, upstream: int) -> list[str]:
    (folder / "squid.conf").write_text(f"""
http_port {HOST}:{port} accel defaultsite=app.test no-vhost
cache_peer {HOST} parent {upstream} 0 no-query originserver no-digest
acl strips urlpath_regex ^/strips-baggage/
request_header_access baggage deny strips
http_access allow all
cache deny all
cache_mem 8 MB
pid_filename {folder}/squid.pid
access_log none
cache_log {folder}/cache.log
cache_store_log none
coredump_dir {folder}
shutdown_lifetime 0 seconds
pinger_enable off
visible_hostname {HOST}
""")
    return [program("squid"), "--foreground", "-f", str(folder / "squid.conf")]


def caddy(folder: Path, port: int, upstream: int) -> list[str]:
    (folder / "Caddyfile").write_text(f"""
{{
  admin off
  auto_https off
  servers {{
    protocols h1 h2 h2c
  }}
}}
http://{HOST}:{port} {{
  handle /strips-baggage/* {{
    reverse_proxy {HOST}:{upstream} {{
      header_up -baggage
    }}
  }}
  handle /changes/* {{
    reverse_proxy {HOST}:{upstream} {{
      header_up sentry-trace 0-0
    }}
  }}
  handle {{
    reverse_proxy {HOST}:{upstream}
  }}
}}
""")
    return [program("caddy"), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def ats(folder: Path, port: int, upstream: int) -> list[str]:
    etc, state = folder / "etc", folder / "state"
    etc.mkdir()
    state.mkdir()
    places = {"sysconfdir": etc, "exec_prefix": "/usr", "bindir": "/usr/bin", "sbindir": "/usr/sbin", "libdir": "/usr/lib/trafficserver"}
    places |= {"includedir": "/usr/include", "libexecdir": "/usr/lib/trafficserver/modules", "localstatedir": state}
    places |= dict.fromkeys(("runtimedir", "logdir", "cachedir", "datadir"), state)
    (folder / "runroot.yaml").write_text("".join(f"{name}: {place}\n" for name, place in {"prefix": folder, **places}.items()))
    (etc / "records.config").write_text(f"""
CONFIG proxy.config.http.server_ports STRING {port}:ip-in={HOST}
CONFIG proxy.config.http.cache.http INT 0
CONFIG proxy.config.url_remap.pristine_host_hdr INT 1
CONFIG proxy.config.admin.user_id STRING trafficserver
CONFIG proxy.config.exec_thread.autoconfig INT 0
CONFIG proxy.config.exec_thread.limit INT 1
""")
    (etc / "ip_allow.yaml").write_text("ip_allow: [{apply: in, ip_addrs: 127.0.0.1, action: allow, methods: ALL}]\n")
    for name in ("storage.config", "plugin.config", "ssl_multicert.config", "logging.yaml", "sni.yaml", "parent.config"):
        (etc / name).write_text("")
    (etc / "strip.config").write_text("cond %{REMAP_PSEUDO_HOOK}\nrm-header baggage\n")
    (etc / "remap.config").write_text(f"""
map http://{HOST}:{port}/strips-baggage/ http://{HOST}:{upstream}/ @plugin=header_rewrite.so @pparam={etc}/strip.config
map http://{HOST}:{port}/ http://{HOST}:{upstream}/
""")
    if os.geteuid() == 0:
        shutil.chown(state, "trafficserver")
    return [program("traffic_server"), f"--run-root={folder}/runroot.yaml"]


def h2o(folder: Path, port: int, upstream: int) -> list[str]:
    (folder / "h2o.yaml").write_text(f"""
listen: {{host: {HOST}, port: {port}}}
num-threads: 1
error-log: {folder}/error.log
proxy.preserve-host: ON
hosts:
  default:
    paths:
      /redirects-away/:
        redirect: {{status: 302, url: "http://{HOST}:{upstream}/"}}
      /:
        proxy.reverse.url: http://{HOST}:{upstream}/
""")
    return [program("h2o"), "-m", "worker", "-c", str(folder / "h2o.yaml")]


def nghttpx(folder: Path, port: int, upstream: int, *more: str) -> list[str]:
    (folder / "nghttpx.conf").write_text("")
    ports = [f"--frontend={HOST},{port};no-tls", f"--backend={HOST},{upstream}"]
    files = [f"--conf={folder}/nghttpx.conf", f"--pid-file={folder}/nghttpx.pid", f"--errorlog-file={folder}/error.log"]
    return [program("nghttpx"), *ports, *files, "--workers=1", *more]


def nghttpx_short(folder: Path, port: int, upstream: int) -> list[str]:
    """Takes at most 1,500 bytes of header fields."""
    return nghttpx(folder, port, upstream, "--request-header-field-buffer=1500")


def tinyproxy(folder: Path, port: int, upstream: int, more: str = "") -> list[str]:
    (folder / "tinyproxy.conf").write_text(f"""
User nobody
Port {port}
Listen {HOST}
Timeout 30
MaxClients 20
LogFile "{folder}/tinyproxy.log"
ReverseOnly Yes
ReversePath "/" "http://{HOST}:{upstream}/"
{more}
""")
    folder.chmod(0o777)
    return [program("tinyproxy"), "-d", "-c", str(folder / "tinyproxy.conf")]


def tinyproxy_anonymous(folder: Path, port: int, upstream: int) -> list[str]:
    """Forwards only the headers that it lists."""
    return tinyproxy(folder, port, upstream, 'Anonymous "Host"')


STARTS: dict[str, Start] = {
    "nginx": nginx,
    "apache": apache,
    "haproxy": haproxy,
    "varnish": varnish,
    "lighttpd": lighttpd,
    "squid": squid,
    "caddy": caddy,
    "ats": ats,
    "h2o": h2o,
    "nghttpx": nghttpx,
    "nghttpx_short": nghttpx_short,
    "tinyproxy": tinyproxy,
    "tinyproxy_anonymous": tinyproxy_anonymous,
}


@contextlib.contextmanager
def running(name: str, folder: Path, upstream: int) -> Iterator[str]:
    """Runs a proxy in front of the upstream; yields its address."""
    port = free_port()
    # Some drop their privileges, and need to read their configuration afterwards.
    for parent in (folder, *list(folder.parents)[:3]):
        with contextlib.suppress(PermissionError):
            parent.chmod(parent.stat().st_mode | 0o055)
    command = STARTS[name](folder, port, upstream)
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield _answering(port, process, folder / "output.log")
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=20)


def _answering(port: int, process: subprocess.Popen[bytes], log: Path) -> str:
    """Returns the address when the proxy responds with an answer of its upstream."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(f"GET /whole/ HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n".encode())
            if connection.recv(64).split(b" ")[1:2] == [b"200"]:
                return f"http://{HOST}:{port}"
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not answer: {log.read_text(errors='replace')[-2000:]}")
