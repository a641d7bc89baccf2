#!/bin/sh
# Makes the stubs that learners fill from the solutions, their only source.
#   tools/stubs.sh SRC.c          prints the stub of one solution
#   tools/stubs.sh --write        writes every labs/NN-name/x.c, where it differs
#   tools/stubs.sh --check        says which differ, and fails if any does
set -eu
cut_stub() { awk -f tools/stubs.awk "$1"; }

case "${1:-}" in
    --write | --check) ;;
    *.c) cut_stub "$1"; exit ;;
    *) echo "usage: tools/stubs.sh SRC.c | --write | --check" >&2; exit 2 ;;
esac
status=0
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
for solution in solutions/*/*.c; do
    [ -e "$solution" ] || continue
    stub=labs/${solution#solutions/}
    cut_stub "$solution" >"$fresh"
    if cmp -s "$fresh" "$stub"; then continue; fi
    if [ "$1" = --check ]; then
        echo "$stub is not what \`make stubs\` writes from $solution" >&2
        status=1
    else
        mkdir -p "$(dirname "$stub")"
        cp "$fresh" "$stub.part" && mv "$stub.part" "$stub"
        echo "wrote $stub"
    fi
done
exit $status
