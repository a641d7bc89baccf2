#!/bin/sh
# Makes the stubs that learners fill from the solutions, their only source.
#   tools/stubs.sh SRC            prints the stub of one solution
#   tools/stubs.sh --write        writes every labs/NN-name/x.c (.cu, .cuh) that differs, and keeps what stood there (tools/reset.sh)
#   tools/stubs.sh --check        says which differ, and fails if any does
set -eu
cut_stub() { awk -f tools/stubs.awk "$1"; }

case "${1:-}" in
    --write | --check) ;;
    *.c | *.cu | *.cuh) cut_stub "$1"; exit ;;
    *) echo "usage: tools/stubs.sh SRC | --write | --check" >&2; exit 2 ;;
esac
status=0
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
for solution in solutions/*/*.c kernels/[0-9]*/*.cu kernels/[0-9]*/*.cuh; do
    [ -e "$solution" ] || continue
    stub=labs/${solution#*/}
    cut_stub "$solution" >"$fresh"
    if cmp -s "$fresh" "$stub"; then continue; fi
    if [ "$1" = --check ]; then
        echo "$stub is not what \`make stubs\` writes from $solution" >&2
        status=1
    else # a file that differs may hold somebody's work: reset.sh keeps a copy
        mkdir -p "$(dirname "$stub")"
        number=${stub#labs/}
        sh tools/reset.sh "${number%%-*}" "$(basename "$stub")"
    fi
done
exit $status
