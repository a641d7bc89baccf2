#!/bin/sh
# The headers that a .cu file sees, each used by a program of tests/simt/headers that checks its own results. In the simulator they
# must run without a finding. With --all also by clang++, without checks (-fast), and accepted by nvcc, where they are there.
set -u
out=build/simt/headers
mkdir -p $out

# examine NAME PROGRAM: runs it; it must end well and print nothing
examine() {
    timeout 60 "$2" >"$2.out" 2>&1
    status=$?
    if [ $status = 0 ] && [ ! -s "$2.out" ]; then echo "ok simt headers: $1"; else
        echo "not ok simt headers: $1: exit status $status"
        sed 's/^/#   /' "$2.out" | head -12
    fi
}

# try NAME COMPILER FLAGS FILE
try() {
    program=$out/$(basename "$4" .cu)-$2$3
    # shellcheck disable=SC2086
    cxx=$2
    [ "$2$3" != g++ ] || cxx="g++ -Ibuild/simt/pch"
    if CXX=$cxx timeout 120 build/bin/simtcc $3 -Wall -Wextra -Werror -Ikernels "$4" -o "$program" >"$program.log" 2>&1; then
        examine "$1" "$program"
    else
        echo "not ok simt headers: $1: does not compile"
        sed 's/^/#   /' "$program.log" | head -12
    fi
}

nvcc_takes() {
    arch=$(sed -n 's/.*(sm_\([0-9]*a*\)).*/\1/p' "$2" | head -1)
    if timeout 300 "$nvcc" -std=c++17 -gencode "arch=compute_${arch:-75},code=sm_${arch:-75}" -Ikernels -c "$2" -o "$out/nvcc.o" >"$out/nvcc.log" 2>&1; then
        echo "ok simt headers: $1"
    else
        echo "not ok simt headers: $1: $(grep -m 1 error "$out/nvcc.log")"
    fi
}

make="${MAKE:-make} -s --no-print-directory"
$make build/simt/pch/cuda_runtime.h.gch || exit 1
nvcc=$($make print-nvcc)
for file in tests/simt/headers/*.cu; do
    name=$(basename "$file" .cu)
    try "$name" g++ "" "$file"
    [ "${1:-}" = --all ] || continue
    try "$name: without checks" g++ -fast "$file"
    if command -v clang++ >/dev/null; then try "$name: clang++" clang++ "" "$file"; fi
    if [ -n "$nvcc" ]; then nvcc_takes "$name: nvcc" "$file"; fi
done
