#!/bin/sh
# tools/demo.sh NN-name [FLAG...]: runs a chapter's program on the reference solutions; its figures' data and its printed
# table go to build/demo/NN-name, for `make demo` and the book; then the figures are drawn.
set -eu
chapter=$1
shift
out=build/demo/$chapter
mkdir -p "$out"
echo "== $chapter"
if build/ref/"$chapter"/main --out "$out" "$@" >"$out/output.part"; then
    mv "$out/output.part" "$out/output.txt"
    cat "$out/output.txt"
else
    status=$?
    cat "$out/output.part"
    exit $status
fi
sh tools/plot.sh "$out" chapters/"$chapter"/*.gp
