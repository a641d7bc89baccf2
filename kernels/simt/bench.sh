#!/bin/sh
# How fast the simulator is: processor time of one launch of kernels/simt/bench/tiled.cu, best of three.
#   plain      built with simtcc -fast
#   checks     SIMT_COUNTERS=0
#   counters   checks and counters
set -eu
cd "$(dirname "$0")/../.."
simtcc=build/bin/simtcc
[ -x $simtcc ] || { echo "error: $simtcc is not there: run make simtcc" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
$simtcc -fast kernels/simt/bench/tiled.cu -o "$folder/plain"
$simtcc kernels/simt/bench/tiled.cu -o "$folder/checked"

best() { # KERNEL PROGRAM
    for _ in 1 2 3; do "$2" "$1"; done | sort -g | head -n 1
}

echo "kernel    plain   checks          counters        (seconds; times plain)"
for kernel in naive tiled; do
    plain=$(best $kernel "$folder/plain")
    checks=$(SIMT_COUNTERS=0 best $kernel "$folder/checked")
    counters=$(best $kernel "$folder/checked")
    echo $kernel "$plain" "$checks" "$counters" |
        awk '{ printf "%-8s %6.3f   %6.3f (x %.1f)   %6.3f (x %.1f)\n", $1, $2, $3, $3 / $2, $4, $4 / $2 }'
done
