#!/bin/sh
# Installs those of the named Debian packages that are missing, with a message; silent if none is missing.
# Waits up to ten minutes for another apt run, such as the unattended upgrade of a fresh server.
set -eu
missing=""
for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "setup: installing Debian packages:$missing"
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
wait=600
apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout="$wait" -q "$@" </dev/null; }
lock=/var/lib/dpkg/lock-frontend
if command -v flock >/dev/null && ! $as_root flock --nonblock "$lock" true 2>/dev/null; then
    echo "setup: another apt run holds the lock; waiting for it, at most $wait seconds"
fi
# `apt-get update` takes another lock, for which it does not wait.
update() {
    for attempt in $(seq 60); do
        apt update && return
        grep -q 'Could not get lock' "$log" || return 1
        sleep 10
    done
    return 1
}
log=$(mktemp)
if ! { update && apt install -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    echo "setup: apt-get could not install$missing; install them by hand and run the same command again" >&2
    exit 1
fi
rm -f "$log"
