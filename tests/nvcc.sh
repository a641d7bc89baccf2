#!/bin/sh
# The kernels compile for real GPUs, with nvcc where there is one (no GPU is needed). Part of make test. With MAINTAINER=1 also:
# kernels with wgmma keep their registers (nothing is spilled), and the assembler does not make them wait for each product (C7510).
set -u
make="${MAKE:-make} -s --no-print-directory"
mkdir -p build/gpu
nvcc=$($make print-nvcc)

# spills FILE: compiles it for Hopper once more, unless that was done since its object was made
spills() {
    said=build/gpu/$(basename "$1" .cu).ptxas
    if [ -z "$(find "$said" -newer "build/gpu/obj/${1%.cu}.o" 2>/dev/null)" ]; then
        "$nvcc" -std=c++17 -O3 -gencode arch=compute_90a,code=sm_90a -Xptxas -v -Ilabs -Ikernels -c "$1" -o build/gpu/ptxas.o >"$said" 2>&1 ||
            echo error >>"$said"
    fi
    why=$(grep -e error -e C7510 -e 'bytes spill' "$said" | grep -v ' 0 bytes spill stores, 0 bytes spill loads' | head -1)
    if [ -z "$why" ]; then echo "ok nvcc: $1 keeps its registers"; else echo "not ok nvcc: $1: $why"; fi
}

if [ -z "$nvcc" ]; then
    echo "ok nvcc: kernels compile for GPUs # skipped: no nvcc here"
elif $make -k -j2 gpu >build/gpu/log 2>&1; then
    echo "ok nvcc: kernels compile for GPUs"
    [ "${MAINTAINER:-0}" = 0 ] || grep -l wgmma kernels/[0-9]*/*.cu | while read -r file; do spills "$file"; done
else
    echo "not ok nvcc: kernels compile for GPUs: $(grep -m 1 error build/gpu/log)"
    sed 's/^/# /' build/gpu/log
fi
