#!/bin/bash
# Runs the tests: test.sh [SUITE [ARGUMENT...]]
# Without arguments every suite of SUITES runs, one for each processor at a time, with its output in target/test/SUITE.log; the
# last line is `N passed, N failed`. With a suite's name only that suite runs; its output is printed, and the arguments are
# passed to its runner:
#   tools/test.sh python -k celery
# target/dist must contain what `make dist` builds.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
dist=$root/target/dist
venv=$root/target/test/venv
gems=$root/target/test/gems
logs=$root/target/test
need() { tools/need.sh "$@"; }

declare -A SAYS=(
    [core]="the core: vectors, properties, proofs"
    [core-bare]="the core without features"
    [host]="what the bindings share: carriers, regex dialects compared with their hosts"
    [c]="the C library: vectors, programs in C and C++, sanitizers"
    [python]="the Python wheel: vectors, servers"
    [ruby]="the Ruby gem: vectors, servers"
    [languages]="one program in eight languages, with equal output; doctor of both packages"
    [gateway]="nginx at the edge of the chain, driven by curl"
    [readme]="the README and the pages of docs: every command and code block"
    [site]="the documentation site in a browser, at two widths"
    [differential]="the official SDKs read tracehop's headers, and the reverse"
)
# In order of start: the longest first.
SUITES=(python core ruby c differential host languages readme site gateway core-bare)

core() { cargo test -p tracehop-core --features std "$@"; }

core-bare() { cargo test -p tracehop-core --lib --tests "$@"; }

host() {
    need ruby
    cargo test -p tracehop-host --features command "$@"
    regexes 1500 1
}

# Compares the regex dialects with CPython, Ruby and Node: PATTERNS of each with a fixed SEED.
regexes() {
    cargo build -q -p tracehop-host --example matches
    tests/differential/regexes.py "${CARGO_TARGET_DIR:-target}/debug/examples/matches" "$@"
}

c() {
    need build-essential pkg-config cmake clang libclang-rt-14-dev valgrind rustc-web cargo-web rust-web-src python3
    cargo test -p tracehop-ffi "$@"
}

python() {
    need nginx apache2 haproxy varnish redis-server nats-server mosquitto
    install_wheel "$venv"
    install_node
    (cd bindings-python && NODE_TESTS=$gems/node TRACEHOP_WHEEL=$(wheel) "$venv/bin/python" -m pytest "$@")
}

ruby() {
    install_gem
    install_peers
    (cd bindings-ruby && GEM_HOME=$gems PEER_PYTHON=$gems/peers/bin/python NODE_TESTS=$gems/node command ruby -w test/run.rb "$@")
}

languages() {
    # luajit2, because it can be installed together with nginx's Lua module.
    need build-essential pkg-config golang-go luajit2 php-cli ruby ruby-http-2 nginx haproxy varnish puma
    (cd examples/languages && GEM_HOME=$gems "$venv/bin/python" -m pytest -p no:cacheprovider test_languages.py "$@")
    (cd tests/servers && GEM_HOME=$gems "$venv/bin/python" -m pytest -p no:cacheprovider test_doctors.py "$@")
}

gateway() {
    need nginx libnginx-mod-http-lua curl haproxy caddy
    tools/demo.sh setup
    (cd examples/gateway && "$venv/bin/python" -m pytest -p no:cacheprovider test_gateway.py test_siblings.py "$@")
}

readme() {
    need redis-server puma curl ruby-sidekiq ruby-activejob help2man man-db doxygen
    (cd tests/readme && README_GEM_HOME=$gems "$venv/bin/python" -m pytest -p no:cacheprovider "$@")
}

site() {
    tools/demo.sh setup
    tools/docs.sh
    CHAIN_CHROMIUM=$(command -v chromium) node tests/site/browse.mjs target/docs
}

# differential COUNT SEED...: only COUNT generated pages of each seed, compared with a browser's parser.
differential() {
    local out=$root/target/differential build=${CARGO_TARGET_DIR:-$root/target/differential/rust}
    mkdir -p "$out/node"
    [ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
    "$out/venv/bin/pip" install --quiet --requirement tests/differential/peers/requirements.txt
    # The scripts are copied next to node_modules, because Node searches for packages there.
    cp tests/differential/peers/{package.json,package-lock.json,sentry_javascript.mjs,parse5.mjs} "$out/node/"
    (cd "$out/node" && npm ci --silent --no-audit --no-fund)
    cargo build --quiet --locked --manifest-path tests/differential/rust/Cargo.toml --target-dir "$build"
    (cd tests/differential &&
        python3 run.py "$build/debug/tracehop-differential" "$out/venv/bin/python" node "$out/node" "$@")
    echo "differential: only the differences that the rules choose"
}

# Not in SUITES: the Python suite on each supported CPython that is on PATH or in pyenv.
pythons() {
    local version python failed=()
    for version in 3.10 3.11 3.12 3.13 3.14; do
        python=$(find_python "$version") || { echo "python $version: not here"; continue; }
        echo "python $version: $("$python" -VV)"
        (PYTHON=$python venv=$root/target/test/venv-$version python "$@") || failed+=("$version")
    done
    [ ${#failed[@]} = 0 ] || { echo "failed on: ${failed[*]}" >&2; return 1; }
}

find_python() {
    local pyenv=("${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python)
    if [ -x "${pyenv[-1]}" ]; then echo "${pyenv[-1]}"; else command -v "python$1"; fi
}

# Not in SUITES: doctor behind each of Debian's proxies, and how they change trace headers. Takes minutes.
servers() {
    need nginx apache2 haproxy varnish lighttpd squid caddy trafficserver h2o nghttp2-proxy tinyproxy \
        puma unicorn thin ruby-webrick passenger ruby-http-2 libev-dev build-essential python3-dev
    install_wheel "$venv-servers"
    "$venv-servers/bin/pip" install --quiet --disable-pip-version-check -r tests/servers/requirements.txt
    install_gem
    # The packages are next to the script, because Node searches for them there.
    local node=$root/target/test/servers-node
    mkdir -p "$node" && cp tests/servers/node/* "$node/"
    (cd "$node" && npm ci --silent --no-audit --no-fund)
    (cd tests/servers && GEM_HOME=$gems "$venv-servers/bin/python" -m pytest -q -p no:cacheprovider "$@")
}

# Not in SUITES: runs cargo-mutants on the core or `host`, and reports the changes that no test detects. Takes hours on two
# cores. Survivors are in target/mutants.out/missed.txt; core/MUTANTS.md lists the known ones with reasons. A part of it, and the
# regex dialects:
#   tools/test.sh mutants -f core/src/wire/url.rs
#   PACKAGE=tracehop-host tools/test.sh mutants -f 'host/src/regex/**'
mutants() {
    if ! command -v cargo-mutants >/dev/null; then
        echo "mutants: installing cargo-mutants from crates.io"
        cargo install --quiet --locked cargo-mutants
    fi
    # Builds dominate the time of a mutant, so there is no debug information and only deterministic tests run (no properties).
    # They are named to cargo itself, because cargo-mutants builds every test otherwise.
    export CARGO_INCREMENTAL=1 CARGO_PROFILE_DEV_DEBUG=0
    local host tests=(vectors regressions error_offsets api cors ids)
    # The regex vectors are in core, whose tests use both crates.
    local mutated=(--package "${PACKAGE:-tracehop-core}" --test-package "${PACKAGE:-tracehop-core}" --test-package tracehop-core)
    host=$(rustc --print host-tuple | tr 'a-z-' 'A-Z_')
    # A looping mutant is stopped by its CPU time, which does not depend on the load of the machine.
    export "CARGO_TARGET_${host}_RUNNER=prlimit --cpu=10"
    cargo mutants "${mutated[@]}" --features tracehop-core/std --output "${OUT:-target}" --jobs "${JOBS:-2}" --timeout 600 \
        --baseline skip --cargo-arg=--lib "${tests[@]/#/--cargo-arg=--test=}" --cargo-arg='--config=profile.dev.package."*".opt-level=2' "$@"
}

# Not in SUITES: the flow, the properties with few and short inputs, and the C functions with arrays of the stated length,
# under Miri; the vectors would take hours.
miri() {
    rustup component add --toolchain nightly miri rust-src >/dev/null 2>&1 </dev/null || true
    if ! cargo +nightly miri --version >/dev/null 2>&1; then
        echo "miri: not run, because the nightly toolchain has no miri component and rustup cannot add it"
        return
    fi
    export MIRIFLAGS="-Zmiri-disable-isolation"
    cargo +nightly miri test -p tracehop-core --test no_alloc --test api --test properties </dev/null
    cargo +nightly miri test -p tracehop-ffi --test memory </dev/null
}

# Not in SUITES: parts of the Ruby suite on the Ruby and Rails of the next Debian, which is set up once: rubies [TEST...]
# Needs root, for chroot. Uses this machine's compiler and crates.
rubies() {
    local tests=(active_job carrier_vectors context current middleware options outgoing ractor rails threads vectors)
    [ $# = 0 ] || tests=("$@")
    export root tree=$root/target/rubies/trixie
    [ -e "$tree/ready" ] || next_debian "$tree"
    cp "$dist"/tracehop-*.gem "$tree/"
    # The mounts end with the namespace.
    unshare --mount --propagation private bash -eu -s -- "$(basename "$dist"/tracehop-*.gem)" "${tests[@]}" <<'MOUNTED'
bind() { mkdir -p "$tree$2" && mount --bind "$1" "$tree$2"; }
bind "$(rustc --print sysroot)" /rust
bind "${CARGO_HOME:-$HOME/.cargo}/registry" /cargo/registry
bind "$root" /repository
bind /proc /proc
bind /dev /dev
# Built without LTO, because its behaviour is tested, not its speed.
chroot "$tree" /usr/bin/env -i CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 PATH=/rust/bin:/usr/bin:/bin \
    HOME=/root LANG=C.UTF-8 CARGO_HOME=/cargo CARGO_NET_OFFLINE=true GEM_HOME=/gems bash -eu -s -- "$@" <<'INSIDE'
gem=$1
shift
ruby -v
ruby -e 'puts "Rails #{Gem::Specification.find_by_name("railties").version}"'
if ! cmp -s "/$gem" "/gems/cache/$gem"; then
    rm -rf /gems
    gem install --no-document "/$gem"
fi
cd /repository/bindings-ruby
status=0
for test in "$@"; do
    echo "rubies: test_$test"
    # Excludes the tests of a newer Ruby, which need Node.
    ruby -w "test/test_$test.rb" --exclude /newer_ruby/ 2>/tmp/warnings || status=1
    grep -v ": warning: " /tmp/warnings >&2 || true
done
exit $status
INSIDE
MOUNTED
}

# Installs the next Debian in a folder, with Ruby, Rails and a C compiler.
next_debian() {
    local packages=ca-certificates,build-essential,libclang-dev,ruby,ruby-dev,ruby-minitest,ruby-rack,ruby-rack-cors,ruby-railties
    packages+=,ruby-actionpack,ruby-actionview,ruby-activejob,ruby-httpclient,ruby-faraday,ruby-sinatra,ruby-webrick,puma
    need debootstrap
    echo "rubies: setting Debian $(basename "$1") up in $1"
    rm -rf "$1"
    mkdir -p "$(dirname "$1")"
    debootstrap --variant=minbase --include="$packages" "$(basename "$1")" "$1" >"$1.log" 2>&1 || { tail -n 20 "$1.log" >&2; return 1; }
    touch "$1/ready"
}

# Not in SUITES: messages through a real RabbitMQ, whose Erlang takes minutes to install.
brokers() {
    need rabbitmq-server ruby-bunny
    install_wheel "$venv"
    install_gem
    (cd tests/brokers && GEM_HOME=$gems "$venv/bin/python" -m pytest -q -p no:cacheprovider "$@")
}

# Not in SUITES: `cargo cinstall` installs the same files as `make install`. Builds cargo-c, which takes minutes.
cinstall() {
    local work=${CARGO_TARGET_DIR:-$root/target}/cinstall
    cargo install --quiet --locked --root "$work" --target-dir "$work/build" cargo-c@0.10.24
    PATH=$work/bin:$PATH python3 ffi-c/tests/cinstall.py "$work"
}

# Not in SUITES: the C library for each other system, with a program in C, which runs on Linux systems. Takes minutes.
targets() {
    need qemu-user
    local triple out=$root/target/targets compiler
    for triple in aarch64-unknown-linux-gnu x86_64-unknown-linux-musl x86_64-pc-windows-gnu; do
        TARGET=$triple tools/build.sh c "$out/$triple"
        case $triple in
            aarch64-*) compiler=aarch64-linux-gnu-gcc run=qemu-aarch64 ;;
            *-musl) compiler=musl-gcc run=env ;;
            *) compiler=x86_64-w64-mingw32-gcc run=: ;;
        esac
        local libs; libs=$(sed -n 's/^Libs.private: //p' "$out/$triple/tracehop.pc")
        # shellcheck disable=SC2086
        "$compiler" -std=c99 -Wall -Wextra -Werror -static -I "$out/$triple" ffi-c/tests/c/hop.c "$out/$triple/libtracehop.a" $libs -o "$out/hop-$triple"
        "$run" "$out/hop-$triple"
        echo "targets: $triple, $(du -h "$out/$triple/libtracehop.a" | cut -f1)"
    done
    if TARGET=mips-unknown-none tools/build.sh c "$out/none" 2> "$out/error"; then return 1; fi
    grep 'no C library for mips-unknown-none' "$out/error"
}

# WHEEL replaces the wheel of `make dist`.
wheel() { echo "${WHEEL:-$(echo "$dist"/tracehop-*.whl)}"; }

# install_wheel VENV: the wheel and its tests' requirements; PYTHON is the interpreter of a new environment.
install_wheel() {
    local into=$1 requirements=bindings-python/requirements-test.txt
    need python3-venv
    if ! cmp -s "$requirements" "$into/requirements.txt"; then
        rm -rf "$into"
        "${PYTHON:-python3}" -m venv "$into"
        "$into/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
        # The oldest release of Sentry's SDK that tracehop.sentry supports, and the one before it.
        for release in 2.49.0 2.50.0; do
            "$into/bin/pip" install --quiet --disable-pip-version-check --no-deps --target "$into/sentry-sdk/$release" "sentry-sdk==$release"
        done
        # Without its dependencies, because it requires an old release of the Redis client.
        "$into/bin/pip" install --quiet --disable-pip-version-check --no-deps arq==0.28.0
        cp "$requirements" "$into/requirements.txt"
    fi
    # In separate folders, because niquests replaces urllib3, and sanic needs an older multidict than aiohttp.
    apart "$into" niquests niquests==3.21.2
    apart "$into" sanic sanic==25.12.0 "multidict<7"
    # An installed wheel is kept, because other processes may be using it.
    local file; file=$(wheel)
    cmp -s "$file" "$into/$(basename "$file")" && return
    rm -f "$into"/*.whl
    "$into/bin/pip" install --quiet --disable-pip-version-check --no-deps --force-reinstall "$file"
    cp "$file" "$into/"
}

# apart VENV FOLDER PACKAGE...: packages for a separate process, which finds them by PYTHONPATH.
apart() {
    local folder=$1/$2 pip=$1/bin/pip
    shift 2
    [ -d "$folder" ] || "$pip" install --quiet --disable-pip-version-check --target "$folder" "$@"
}

# Installs the gem as a user does, outside of the repository's workspace. The same file is not built twice.
install_gem() {
    need ruby ruby-dev libclang-dev build-essential ruby-minitest ruby-rack ruby-webrick puma ruby-sinatra ruby-async-http \
        ruby-faraday ruby-faraday-middleware ruby-aws-sigv4 ruby-sidekiq ruby-sidekiq-cron ruby-activejob ruby-actionview \
        ruby-actionpack ruby-railties ruby-rack-cors ruby-httpclient ruby-http ruby-bunny ruby-rest-client ruby-typhoeus \
        ruby-excon ruby-grape ruby-grpc redis-server ruby-sentry-ruby-core ruby-sentry-rails ruby-sentry-sidekiq ruby-http-2 \
        yard python3-venv
    local file; file=$(echo "$dist"/tracehop-*.gem)
    local built=$root/target/demo/gems
    mkdir -p "$gems"
    cmp -s "$file" "$gems/cache/$(basename "$file")" && return
    # RubyGems keeps the file in its cache, even if another one is installed.
    rm -f "$gems"/cache/tracehop-*.gem
    if cmp -s "$file" "$built/cache/$(basename "$file")"; then
        cp -r "$built/." "$gems/"
        return
    fi
    echo "test: installing $(basename "$file") into $gems"
    (cd / && GEM_HOME=$gems gem install "$file")
}

# Installs the official SDKs of the other languages, with which the gem is tested.
install_peers() {
    local tests=bindings-ruby/test
    if ! cmp -s "$tests/peers/requirements.txt" "$gems/peers/requirements.txt"; then
        echo "test: setting up sentry-sdk for Python in $gems/peers"
        python3 -m venv "$gems/peers" && "$gems/peers/bin/pip" install --quiet --requirement "$tests/peers/requirements.txt"
        cp "$tests/peers/requirements.txt" "$gems/peers/"
    fi
    install_node
}

install_node() {
    local tests=bindings-ruby/test node=$gems/node
    # The scripts are copied next to node_modules, because Node searches for packages there.
    mkdir -p "$node"
    cp "$tests"/node/*.mjs "$tests/node/package.json" "$node/"
    if ! cmp -s "$tests/node/package-lock.json" "$node/package-lock.json"; then
        echo "test: setting up @sentry/node and a newer Ruby in $node"
        cp "$tests/node/package-lock.json" "$node/"
        (cd "$node" && npm ci --silent --no-audit --no-fund) || { rm "$node/package-lock.json"; exit 1; }
    fi
}

# Installs what several suites use, once before any of them starts.
prepare() {
    tools/demo.sh setup
    install_wheel "$venv"
    install_gem
    install_peers
}

# logged SUITE: runs it with its output in a log; prints its counts, or on failure the end of the log.
logged() {
    local log=$logs/$1.log
    if "$root/tools/test.sh" "$1" >"$log" 2>&1 </dev/null; then
        echo "test: $1 (${SAYS[$1]}): $(tests/tally.py --line "$log")"
        return
    fi
    echo "---- $1 failed; the end of $log:
$(tail -n 40 "$log")"
    return 1
}

if [ $# -gt 0 ]; then
    declare -F "$1" >/dev/null || { echo "test: no suite is called $1; there are ${SUITES[*]} pythons rubies servers brokers miri cinstall" >&2; exit 2; }
    "$@"
    exit
fi
mkdir -p "$logs"
rm -f "$logs"/*.log
echo "test: installing what the suites share"
prepare </dev/null
failed=0
printf '%s\n' "${SUITES[@]}" | xargs --max-procs="$(nproc)" --max-args=1 tools/test.sh logged || failed=1
tests/tally.py "$logs"/*.log || failed=1
exit $failed
