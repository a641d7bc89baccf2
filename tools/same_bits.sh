#!/bin/sh
# tools/same_bits.sh NN-name [FLAG...]: runs the reference program with one thread and with two, and compares every CSV, bit for bit.
# Files named *time*.csv hold measured times and are left out. FLAGs go to the program: --quick for the short form.
set -eu
chapter=$1
shift
out=build/same_bits/$chapter
rm -rf "$out"
mkdir -p "$out"
for threads in 1 2; do
    OMP_NUM_THREADS=$threads build/ref/"$chapter"/main --out "$out/$threads" "$@" >/dev/null 2>"$out.log" || {
        cat "$out.log" >&2
        exit 1
    }
done
compared=0
for one in "$out"/1/*.csv; do
    case $one in *time*) continue ;; esac
    cmp "$one" "$out/2/$(basename "$one")" >&2
    compared=$((compared + 1))
done
[ "$compared" -gt 0 ] || { echo "$chapter wrote no CSV to compare" >&2; exit 1; }
echo "$compared files are the same"
