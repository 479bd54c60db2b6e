#!/bin/bash
# The man pages of the commands, by help2man from the wheel's --help: man.sh COMMAND OUT, COMMAND being an installed `tracehop`.
# They are checked in with the wheel's data; the readme suite compares them, and `BLESS=1 tools/test.sh readme test_man.py` renews them.
set -euo pipefail
command=${1:?usage: man.sh COMMAND OUT} out=${2:?usage: man.sh COMMAND OUT}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

# page NAME SUMMARY [SUBCOMMAND]: help2man takes one program and looks for the word Usage; the page names no date.
page() {
    local name=$1 summary=$2 subcommand=${3-}
    printf '#!/bin/sh\nCOLUMNS=1000 "%s" %s "$@" | sed "s/^usage: /Usage: /; s/^optional arguments:/options:/"\n' \
        "$command" "$subcommand" >"$work/$name"
    chmod +x "$work/$name"
    help2man --no-info --name "$summary" --version-string "$name $("$command" --version | cut -d" " -f2)" --include "$work/also" "$work/$name" |
        sed 's/^\(\.TH [^ ]* "1"\) "[^"]*"/\1 ""/' >"$out/$name.1"
}

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
