#!/bin/sh
# What nvcc makes of the rungs for Hopper: registers and shared memory, spills, whether the assembler makes wgmma wait (C7510), and
# how many instructions of tensor cores and TMA are in the machine code. Compiles only: no GPU is needed. Writes
# chapters/24-tensor-cores/registers.md. Instructions are counted where there is cuobjdump (the toolkit's, or pip's
# nvidia-cuda-cuobjdump; CUOBJDUMP=...).
#   sh kernels/24-tensor-cores/registers.sh
set -eu
cd "$(dirname "$0")/../.."
nvcc=${NVCC:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
[ -x "$nvcc" ] || { echo "registers.sh: there is no nvcc here; the CUDA toolkit brings it (make doctor)" >&2; exit 1; }
dump=${CUOBJDUMP:-$(command -v cuobjdump || echo "$(dirname "$nvcc")/cuobjdump")}
[ -x "$dump" ] || { dump=; echo "registers.sh: there is no cuobjdump here; instructions are not counted (CUOBJDUMP=...)" >&2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# lines KERNEL...: what ptxas said of each kernel, as "KERNEL REGISTERS SPILLED STACK"
kernels() {
    c++filt <"$folder/said" | awk '
        /Compiling entry function/ {
            match($0, /\047.*\047 for/)
            name = substr($0, RSTART + 1, RLENGTH - 6)
            sub(/^void /, "", name)
            sub(/\(.*/, "", name)
            gsub(/ /, "", name)
        }
        /bytes stack frame/ { stack = $1; spilled = $5 + $9 }
        /Used [0-9]+ registers/ {
            for (i = 1; i < NF; i++) if ($i == "Used") registers = $(i + 1)
            print name, registers, spilled, stack
        }'
}

# count KERNEL PATTERN: instructions of that kernel; - without cuobjdump
count() {
    if [ -z "$dump" ]; then echo -; return; fi
    c++filt <"$folder/sass" | awk -v want="$1" -v pattern="$2" '
        /Function :/ {
            name = $0
            sub(/.*Function : /, "", name)
            sub(/^void /, "", name)
            sub(/\(.*/, "", name)
            gsub(/ /, "", name)
        }
        name == want && $0 ~ "[ \t]" pattern { n++ }
        END { print n + 0 }'
}

version=$("$nvcc" --version | sed -n 's/.*release \([0-9.]*\).*/\1/p')
table=$folder/registers.md
{
    echo "# What nvcc makes of the rungs"
    echo
    echo "By \`nvcc\` $version, \`-O3\`, for \`sm_90a\`; made by \`kernels/24-tensor-cores/registers.sh\`. Registers: of a thread when the kernel"
    echo "starts; where \`setmaxnreg\` moves them, consumers have more afterwards. Spilled: bytes stored and loaded besides. C7510: does the"
    echo "assembler let products wait for each other? Then the instructions in the machine code, each once, however often a loop runs it."
    echo
    echo "| rung | kernel | registers | spilled | C7510 | HGMMA, IGMMA | HMMA | UTMALDG | of them multicast | UTMASTG | LDSM | STSM | STG | SYNCS |"
    echo "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
} >"$table"
for file in kernels/24-tensor-cores/[0-9]*.cu; do
    rung=$(basename "$file" .cu)
    "$nvcc" -std=c++17 -O3 -gencode arch=compute_90a,code=sm_90a -Xptxas -v -Ilabs -Ikernels -c "$file" -o "$folder/x.o" \
        2>"$folder/said" >&2
    waits=no
    if grep -q C7510 "$folder/said"; then waits=yes; fi
    if [ -n "$dump" ]; then "$dump" -sass "$folder/x.o" >"$folder/sass"; fi
    kernels | sort | while read -r kernel registers spilled stack; do
        [ "$stack" = 0 ] || echo "registers.sh: $kernel of $rung has $stack bytes of stack" >&2
        echo "| $rung | \`$kernel\` | $registers | $spilled | $waits | $(count "$kernel" '[HI]GMMA') | $(count "$kernel" HMMA) |" \
            "$(count "$kernel" UTMALDG) | $(count "$kernel" 'UTMALDG.*MULTICAST') | $(count "$kernel" UTMASTG) |" \
            "$(count "$kernel" LDSM) | $(count "$kernel" STSM) | $(count "$kernel" STG) | $(count "$kernel" SYNCS) |"
    done >>"$table"
done
cp "$table" chapters/24-tensor-cores/registers.md
cat "$table"
