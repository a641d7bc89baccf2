#!/bin/sh
# What a program of the simulator says and writes: arithmetic that is counted by hand, by g++, with MAINTAINER=1 by clang++, too;
# exit status, SIMT_REPORT, SIMT_JSON, and what it says where addr2line and objdump are missing.
# shellcheck disable=SC2016 # eval is to expand what stands in single quotes
set -u
out=build/simt/counters
mkdir -p $out
source=tests/simt/counters/arithmetic.cu
program=$out/arithmetic

# check NAME COMMAND...
check() {
    name=$1
    shift
    if "$@"; then echo "ok simt-counters: $name"; else echo "not ok simt-counters: $name"; fi
}
says() { grep -q -- "$1" $out/err; }
silent() { [ ! -s $out/err ]; }
status() { [ "$got" = "$1" ]; }

# run [VARIABLE=VALUE...] -- [ARGUMENT...]: sets $got, leaves $out/err and $out/json
run() {
    variables=
    while [ "$1" != -- ]; do variables="$variables $1" && shift; done
    shift
    rm -f $out/json
    # shellcheck disable=SC2086
    env SIMT_JSON=$out/json $variables timeout 60 $program "$@" >$out/out 2>$out/err
    got=$?
}
# numbers WORD: what stands behind it, launch after launch
numbers() { sed -n "s/^    \"$1\": \([0-9]*\),*$/\1/p" $out/json | tr '\n' ' '; }
numbers_are() { [ "$(numbers "$1")" = "$2" ]; }

for compiler in g++ clang++; do
    [ $compiler = g++ ] || [ "${MAINTAINER:-0}" != 0 ] || continue
    command -v $compiler >/dev/null || continue
    if ! CXX=$compiler build/bin/simtcc $source -o $program 2>$out/err; then
        echo "not ok simt-counters: $compiler does not compile $source"
        sed 's/^/#   /' $out/err
        continue
    fi
    run --
    check "$compiler: no findings, exit status 0, nothing is said" eval 'status 0 && silent'
    check "$compiler: FLOPs as counted by hand" numbers_are flops "2000 2000 20000 7000 "
    check "$compiler: calls of exp" numbers_are special "0 0 0 1000 "
    cp $out/json $out/json.$compiler
    run --
    check "$compiler: the same bytes the second time" cmp -s $out/json $out/json.$compiler
    run SIMT_COUNTERS=0 --
    check "$compiler: SIMT_COUNTERS=0 counts nothing" eval 'numbers_are flops "0 0 0 0 " && ! grep -q "\"requests\": [1-9]" $out/json'
    run -- wrong
    check "$compiler: findings, exit status 3" status 3
    check "$compiler: both launches are counted, the finding is told once" eval \
        'grep -q "\"count\": 48," $out/json && [ "$(grep -c "access out of bounds: kernel wrong" $out/err)" = 1 ]'
    line=$(grep -n 'the line that the test looks for' $source | cut -d: -f1)
    check "$compiler: the learner's line, as the source has it" eval 'says "$source:$line: " && says "$line | y\[i + n - n\] = 1;"'
    if CXX=$compiler build/bin/simtcc tests/simt/counters/paths.cu -o $out/paths 2>$out/err; then
        SIMT_JSON=$out/json $out/paths >$out/wanted
        awk '/"global": / { global = 1 } global && /"requests"/ { gsub(/[^0-9]/, ""); printf "%s%s", space, $0; space = " "; global = 0 }
            END { print "" }' $out/json >$out/out
    fi
    check "$compiler: lanes of different paths meet again" cmp -s $out/wanted $out/out
done
[ "${MAINTAINER:-0}" = 0 ] || [ ! -f $out/json.clang++ ] || check "g++ and clang++ count the same" cmp -s $out/json.g++ $out/json.clang++

run -- wrong 5
check "the program's own exit status stays" status 5
run SIMT_REPORT=off -- wrong
check "SIMT_REPORT=off: nothing is said, exit status 3" eval 'status 3 && silent'
run SIMT_REPORT=nonsense --
check "SIMT_REPORT=nonsense: says what there is" says 'take off, findings, summary or full'
run SIMT_TIMEOUT=soon --
check "SIMT_TIMEOUT=soon: says what there is" eval 'status 0 && says "give it seconds"'
run SIMT_REPORT=summary --
check "SIMT_REPORT=summary: every kernel" eval 'says "kernel saxpy, 1 launch of 8 blocks of 128 threads" && says "kernel horner<10>"'
check "SIMT_REPORT=summary: FLOPs and bytes" eval 'says "FLOPs  *20000$" && says "bytes  *12000, in sectors of global memory: 0.17 FLOPs"'
check "SIMT_REPORT=summary: occupancy" says 'occupancy  *64 of 64 warps on sm_90: 16 blocks, limited by threads'
run SIMT_REPORT=summary SIMT_DEVICE=sm_86 SIMT_REGISTERS=saxpy=64,horner=128 --
check "SIMT_REGISTERS and SIMT_DEVICE" eval \
    'says "32 of 48 warps on sm_86: 8 blocks, limited by registers (64 registers" && says "16 of 48 warps on sm_86: 4 blocks"'
run SIMT_REPORT=summary SIMT_DEVICE=sm_1 --
check "SIMT_DEVICE=sm_1: says what there is" says 'SIMT_DEVICE=sm_1 is not known'
run SIMT_REPORT=full --
line=$(grep -n 'y\[i\] = a \* x' $source | cut -d: -f1)
check "SIMT_REPORT=full: every line" says "$source:$line  *global load  *4  *64  *3.91  *3.91  if (i < n)"
check "no colours but on a terminal" eval '! says "$(printf "\033")"'

# without binutils: env sets PATH for the program only
env PATH=/nowhere SIMT_REPORT=summary "$PWD/$program" wrong >$out/out 2>$out/err
got=$?
check "without addr2line: says so, finds all the same" eval 'status 3 && says "addr2line cannot be run" && says "  ?: "'
check "without objdump: says so" says 'objdump cannot be run'
run SIMT_JSON=/nowhere/json --
check "a file that cannot be written: says so, exit status stays" eval 'status 0 && says "cannot write /nowhere/json"'
