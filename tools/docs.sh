#!/bin/bash
# docs.sh: the documentation site in target/docs. docs.sh man: only tracehop.h(3), in target/dist/man. docs.sh man COMMAND OUT:
# the man pages of the commands, where COMMAND is an installed `tracehop`; they are checked in with the wheel's data, the readme
# suite compares them, and `BLESS=1 tools/test.sh readme test_man.py` updates them.
# mkdocs builds the pages, and each language's own tool builds its reference from the code.
# Each tool fails on a warning. The second run takes seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
site=target/docs
venv=target/docs-venv
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)

# The pages, and the Python reference from the stub and the docstrings.
pages() {
    if ! cmp -s docs/requirements.txt "$venv/requirements.txt"; then
        [ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement docs/requirements.txt
        cp docs/requirements.txt "$venv/"
    fi
    NO_MKDOCS_2_WARNING=1 "$venv/bin/mkdocs" build --quiet
}

# rustdoc, of the core and the host crate. Its features are those of `make check`, so that both use the same build.
rust() {
    RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps -p tracehop-core -p tracehop-host
    cp -r "${CARGO_TARGET_DIR:-target}/doc" "$site/reference/rust"
}

# Doxygen, of the C header: pages, and tracehop.h(3) without a build date, which `make install` installs.
c() {
    doxygen_in target/doxygen
    # Doxygen makes each URL a link, also one with placeholders.
    sed -i 's,<a href="\(https\?://\)">[^<]*</a>,\1,g' target/doxygen/c/*.html
    cp -r target/doxygen/c "$site/reference/c"
}

doxygen_in() {
    rm -rf "$1" && mkdir -p "$1" target/dist/man
    { cat docs/Doxyfile; echo "OUTPUT_DIRECTORY = $1"; echo "PROJECT_NUMBER = $version"; } | doxygen -
    sed '1s/^\(\.TH [^ ]* 3\) "[^"]*"/\1 ""/' "$1/man/man3/tracehop.h.3" >target/dist/man/tracehop.h.3
}

# YARD, of the gem including its compiled part.
ruby() {
    local out=$PWD/$site/reference/ruby log
    log=$(cd bindings-ruby && yard doc --no-yardopts --markup markdown --no-private --readme README.md --quiet --no-progress --no-cache --db "$PWD/../target/yard" --output-dir "$out" 'lib/**/*.rb' 2>&1)
    [ -z "$log" ] || { echo "$log" >&2; return 1; }
}

# page NAME SUMMARY [SUBCOMMAND]: help2man takes one program and searches for the word Usage; the page has no date.
page() {
    local name=$1 summary=$2 subcommand=${3-}
    printf '#!/bin/sh\nCOLUMNS=1000 "%s" %s "$@" | sed "s/^usage: /Usage: /; s/^optional arguments:/options:/"\n' \
        "$command" "$subcommand" >"$work/$name"
    chmod +x "$work/$name"
    help2man --no-info --name "$summary" --version-string "$name $("$command" --version | cut -d" " -f2)" --include "$work/also" "$work/$name" |
        sed 's/^\(\.TH [^ ]* "1"\) "[^"]*"/\1 ""/' >"$out/$name.1"
}

# The man pages of the commands, by help2man from the wheel's --help.
commands() {
    command=$1 out=$2 work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    mkdir -p "$out"
    cat >"$work/also" <<'ALSO'
[see also]
.BR tracehop (1),
.BR tracehop\-explain (1),
.BR tracehop\-doctor (1),
.BR tracehop.h (3)
ALSO
    page tracehop "read the headers of a Sentry trace, and examine their way"
    page tracehop-explain "say what the trace headers of a message mean" explain
    page tracehop-doctor "find out whether a trace arrives at a server" doctor
}

if [ $# = 3 ]; then
    commands "$2" "$3"
    exit
elif [ "${1-}" = man ]; then
    # For `make install`, which must not install packages.
    if command -v doxygen >/dev/null; then doxygen_in target/doxygen; else echo "docs: without doxygen there is no tracehop.h(3)"; fi
    exit
fi
tools/need.sh python3-venv doxygen yard
pages
mkdir -p "$site/reference"
for reference in rust c ruby; do
    rm -rf "${site:?}/reference/$reference"
    "$reference"
done
echo "docs: $site/index.html"
