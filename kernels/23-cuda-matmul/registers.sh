#!/bin/sh
# What nvcc makes of the rungs: registers, shared memory, spills, and how many blocks of each a multiprocessor of Hopper
# holds. Compiles only: no GPU is needed. Writes chapters/23-cuda-matmul/registers.md, for people, and
# labs/23-cuda-matmul/registers.h, for main.c.
#   sh kernels/23-cuda-matmul/registers.sh
set -eu
cd "$(dirname "$0")/../.."
nvcc=${NVCC:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
[ -x "$nvcc" ] || { echo "registers.sh: there is no nvcc here; the CUDA toolkit brings it (make doctor)" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# sizes ARCH FILE: "REGISTERS SHARED SPILLED" of its kernel; of the aligned variant where there are two, but the spills of both
sizes() {
    "$nvcc" -std=c++17 -O3 -arch="$1" -Xptxas -v -Ilabs -Ikernels -c "$2" -o "$folder/x.o" 2>&1 | c++filt | awk '
        /Compiling entry function/ { unaligned = /false>/ }
        /bytes stack frame/ { spilled += $1 + $5 + $9 }
        /Used [0-9]+ registers/ && !unaligned {
            for (i = 1; i < NF; i++) {
                if ($i == "Used") registers = $(i + 1)
                if ($(i + 1) == "bytes" && $(i + 2) ~ /^smem/) shared = $i
            }
        }
        END { print registers, shared + 0, spilled + 0 }'
}

version=$("$nvcc" --version | sed -n 's/.*release \([0-9.]*\).*/\1/p')
table=$folder/registers.md
header=$folder/registers.h
{
    echo "# Registers and shared memory of the rungs"
    echo
    echo "By \`nvcc\` $version, \`-O3\`; made by \`kernels/23-cuda-matmul/registers.sh\`. Blocks and warps: what a multiprocessor of compute"
    echo "capability 9.0 holds at a time (the rules are those of \`blocks_per_sm\`); the last column says what allows no more."
    echo
    echo "| rung | threads per block | registers, sm_75 | sm_80 | sm_90 | shared memory, bytes | spilled, bytes | blocks | warps of 64 | limit |"
    echo "|---|---|---|---|---|---|---|---|---|---|"
} >"$table"
{
    echo "// Made by kernels/23-cuda-matmul/registers.sh with nvcc $version for sm_90: what each rung takes of a multiprocessor."
    echo "#pragma once"
    echo
    echo "static const struct {"
    echo "    int threads, registers, shared;  // per block, per thread, bytes per block"
    echo "} rung_size[] = {"
} >"$header"

for file in kernels/23-cuda-matmul/0*.cu; do
    rung=$(basename "$file" .cu)
    dynamic=0
    case $rung in
    01* | 02* | 03*) threads=1024 ;;
    04*) threads=512 ;;
    08* | 09*) threads=256 dynamic=98304 ;;
    *) threads=256 ;;
    esac
    old=-
    spilled=0
    if [ "$dynamic" = 0 ]; then
        found=$(sizes sm_75 "$file" | cut -d' ' -f1,3)
        old=${found% *}
        spilled=$((spilled + ${found#* }))
    fi
    found=$(sizes sm_80 "$file" | cut -d' ' -f1,3)
    middle=${found% *}
    spilled=$((spilled + ${found#* }))
    found=$(sizes sm_90 "$file")
    # shellcheck disable=SC2086
    set -- $found
    spilled=$((spilled + $3))
    shared=$(($2 + dynamic))
    warps=$((threads / 32))
    per_warp=$((($1 * 32 + 255) / 256 * 256))
    blocks=$((64 / warps)) limit=threads
    # shellcheck disable=SC2017 # whole warps go to each of the four schedulers
    fit=$((16384 / per_warp * 4 / warps))
    if [ $fit -lt $blocks ]; then blocks=$fit limit=registers; fi
    fit=$((233472 / ((shared + 1024 + 127) / 128 * 128)))
    if [ $fit -lt $blocks ]; then blocks=$fit limit="shared memory"; fi
    echo "| $rung | $threads | $old | $middle | $1 | $shared | $spilled | $blocks | $((blocks * warps)) | $limit |" >>"$table"
    printf '    %-20s // %s\n' "{$threads, $1, $shared}," "$rung" >>"$header"
done
echo "};" >>"$header"
cp "$table" chapters/23-cuda-matmul/registers.md
cp "$header" labs/23-cuda-matmul/registers.h
cat "$table"
