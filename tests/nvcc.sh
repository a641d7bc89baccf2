#!/bin/sh
# The kernels compile for real GPUs, with nvcc where there is one (no GPU is needed). Part of make test.
set -u
make="${MAKE:-make} -s --no-print-directory"
mkdir -p build/gpu
if [ -z "$($make print-nvcc)" ]; then
    echo "ok nvcc: kernels compile for GPUs # skipped: no nvcc here"
elif $make -k -j2 gpu >build/gpu/log 2>&1; then
    echo "ok nvcc: kernels compile for GPUs"
else
    echo "not ok nvcc: kernels compile for GPUs: $(grep -m 1 error build/gpu/log)"
    sed 's/^/# /' build/gpu/log
fi
