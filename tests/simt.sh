#!/bin/sh
# The simulator's own examination: correct kernels must pass without a word, planted bugs must be named at their line.
#   sh tests/simt.sh [--clang | --nvcc] [NAME...]     all, or those of tests/simt/right and tests/simt/wrong that are named
# CXX compiles (g++). --clang: with clang++, and its counters against those of g++. --nvcc: compiles only, with nvcc.
#
# A program of tests/simt/wrong begins with lines that say what is expected:
#   // EXPECT race           a finding of this kind, one of those listed; else
#   // EXPECT-COMPILE WORD   an error of the compiler or of simtcc that has the word
#   // NVCC compiles         although the simulator refuses it
#   // ALSO uninitialised    kinds that may appear, too
#   // MOST 5                so many different findings at most (3)
#   // ENV SIMT_TIMEOUT=1    the program's environment
#   // CLANG misses it: why  clang++ need not find it
# and one of tests/simt/right may say
#   // CLANG shared load: why clang++ and g++ count these differently
# A finding is in place if its line is marked BUG, and where lines are marked BUG-OTHER, its other line is one of these
# (or the two the other way round).
set -u
out=build/simt
mode=run
case ${1:-} in
--clang | --nvcc | --one) mode=${1#--} && shift ;;
esac

# compile FILE PROGRAM: with what it says in $program.log
compile() {
    cxx=${CXX:-g++}
    [ "$cxx" != g++ ] || cxx="g++ -Ibuild/simt/pch"
    CXX=$cxx timeout 120 build/bin/simtcc -Ikernels "$1" -o "$2" >"$2.log" 2>&1
}

# run PROGRAM JSON [VARIABLE=VALUE...]: sets $status
run() {
    ran=$1 json=$2
    shift 2
    rm -f "$json"
    env "$@" SIMT_JSON="$json" timeout 60 "$ran" >"$ran.out" 2>"$ran.err"
    status=$?
}

# Findings as lines: kind line other_line file
findings() {
    awk -F': |,$' '/^ "findings"/ { on = 1 }
        on && /^   "(kind|file|line|other_line)"/ { gsub(/["]/, "", $2); field[$1] = $2 }
        on && /^   "fix"/ { print field["   \"kind\""], field["   \"line\""], field["   \"other_line\""], field["   \"file\""] }' "$1"
}

# Requests of each launch, in global and shared memory
requests() {
    awk -F': |,$' '/^   "kernel"/ { kernel++ } /^     "(load|store)"/ { way = $1 } /^    "(global|shared)"/ { memory = $1 }
        /^      "requests"/ { gsub(/[^a-z]/, "", way); gsub(/[^a-z]/, "", memory); print kernel, memory, way, $2 }' "$1"
}

not_ok() { echo "not ok simt: $name: $1" && [ -z "${2:-}" ] || sed 's/^/#   /' "$2" | head -12; }

right() {
    compile "$file" "$program" || { not_ok "does not compile" "$program.log" && return; }
    run "$program" "$program.json"
    [ "$status" = 0 ] || { not_ok "exit status $status" "$program.err" && return; }
    [ ! -s "$program.err" ] || { not_ok "says something" "$program.err" && return; }
    [ -z "$(findings "$program.json")" ] || { not_ok "has findings" "$program.json" && return; }
    run "$program" "$program.again.json"
    cmp -s "$program.json" "$program.again.json" || { not_ok "counts differently the second time" && return; }
    echo "ok simt: $name"
}

wrong() {
    if [ "${CXX:-g++}" != g++ ] && grep -q '^// CLANG misses it:' "$file"; then
        echo "ok simt: $name # skipped: ${CXX} does not show it"
        return
    fi
    word=$(sed -n 's|^// EXPECT-COMPILE ||p' "$file")
    if [ -n "$word" ]; then
        if compile "$file" "$program"; then not_ok "compiles"
        elif grep -q "$name.cu:$(awk '/\/\/ BUG/ { print NR; exit }' "$file")[:,].*$word" "$program.log"; then echo "ok simt: $name"
        else not_ok "no error at its line that has the word $word" "$program.log"; fi
        return
    fi
    compile "$file" "$program" || { not_ok "does not compile" "$program.log" && return; }
    # shellcheck disable=SC2046
    run "$program" "$program.json" $(sed -n 's|^// ENV ||p' "$file")
    [ $status = 3 ] || { [ $status = 1 ] && grep -q '^CUDA error:' "$program.err"; } || {
        not_ok "exit status $status, not 3" "$program.err" && return; }
    [ -f "$program.json" ] || { not_ok "writes no JSON" "$program.err" && return; }
    why=$(findings "$program.json" | awk -v file="$file" '
        BEGIN {
            most = 3
            while ((getline text < file) > 0) {
                number++
                n = split(text, word, " ")
                if (word[1] == "//" && word[2] ~ /^(EXPECT|ALSO)$/) for (i = 3; i <= n; i++) allowed[word[i]] = word[2]
                if (word[1] == "//" && word[2] == "EXPECT") for (i = 3; i <= n; i++) expected[word[i]] = 1
                if (word[1] == "//" && word[2] == "MOST") most = word[3]
                for (i = 1; i <= n; i++) if (word[i] == "BUG") bug[number] = 1
                for (i = 1; i <= n; i++) if (word[i] == "BUG-OTHER") pair[number] = pairs = 1
            }
        }
        { what = $1 " at " $2 ($3 ? " and " $3 : "") }
        !seen[$1, $2, $3]++ { different++ }
        !($1 in allowed) { why = why "; also " what }
        $1 in expected {
            if ($4 == file && ($2 in bug || $2 in pair) && (!pairs || ($2 in bug && $3 in pair) || ($2 in pair && $3 in bug)))
                hit = 1
            else if (!($2 in bug || $2 in pair)) why = why "; " what " of " $4
            else near = near "; " what
        }
        END {
            if (!hit) why = "; nothing that was expected is found in place" near why
            if (different > most) why = why "; " different " different findings"
            print substr(why, 3)
        }')
    if [ -z "$why" ]; then echo "ok simt: $name"; else not_ok "$why"; fi
}

# clang++ and g++ may count a few requests differently, as they see different loads to be the same; where these are many, the
# program says so: // CLANG shared load: why
same_counters() {
    gcc=$out/$name-g++
    [ -n "$(find "$gcc.json" -newer build/bin/libsimt.a 2>/dev/null)" ] || { CXX=g++ compile "$file" "$gcc" && run "$gcc" "$gcc.json"; }
    requests "$gcc.json" >"$gcc.requests"
    requests "$program.json" >"$program.requests"
    why=$(paste -d' ' "$gcc.requests" "$program.requests" |
        awk -v may="$(sed -n 's|^// CLANG \([a-z]* [a-z]*\):.*|\1;|p' "$file")" '
            { d = $4 - $8; if (d < 0) d = -d; if (d > 0.05 * $4 && !index(may, $2 " " $3 ";")) print "; launch " $1 ": " $2 " " $3 "s " $4 " and " $8 }' | tr -d '\n')
    if [ -n "$why" ] || [ ! -f "$gcc.json" ]; then echo "not ok simt: $name: requests by g++ and clang++ differ${why}"
    else echo "ok simt: $name: g++ and clang++ count alike"; fi
}

# The manual shows what programs say, each after a line <!-- wrong/NAME -->, or <!-- right/NAME full --> for SIMT_REPORT=full:
# it must be how their reports begin.
manual() {
    awk -v out="$out/manual" '/^<!-- (right|wrong)\// { split($2, part, "/"); name = part[2]; full = $3 == "full"; next }
        /^```text/ && name { inside = 1; printf "" >(out "-" name); next }
        /^```/ && inside { close(out "-" name); print name, full; name = inside = 0 }
        inside { print >(out "-" name) }' kernels/simt/README.md |
        while read -r name full; do
            program=$out/$name-g++
            [ "$full" = 0 ] || run "$program" "$program.json" SIMT_REPORT=full
            if head -n "$(wc -l <"$out/manual-$name")" "$program.err" | cmp -s - "$out/manual-$name"; then echo "ok simt: the manual shows $name"
            else not_ok "the manual shows another report than this" "$program.err"; fi
        done
}

if [ "$mode" = one ]; then
    file=$1 name=$(basename "$1" .cu) program=$out/$(basename "$1" .cu)-${CXX:-g++}
    {
        case $file in
        */right/*) right && [ -z "${COMPARE:-}" ] || same_counters ;;
        *) wrong ;;
        esac
    } >"$program.result" 2>&1
    exit 0
fi

files=
for f in tests/simt/right/*.cu tests/simt/wrong/*.cu; do
    [ $# -gt 0 ] || files="$files $f"
    for name; do [ "$name" != "$(basename "$f" .cu)" ] || files="$files $f"; done
done
[ -n "$files" ] || { echo "there is none of these in tests/simt: $*" >&2 && exit 2; }
mkdir -p $out

if [ "$mode" = nvcc ]; then
    for file in $files; do
        name=$(basename "$file" .cu) arch=-arch=sm_75 want=0
        ! grep -q '(sm_80)' "$file" || arch=-arch=sm_80
        ! grep -q '(sm_90' "$file" || arch="-gencode arch=compute_90a,code=sm_90a"
        ! grep -q '^// EXPECT-COMPILE' "$file" || grep -q '^// NVCC compiles' "$file" || want=1
        # shellcheck disable=SC2086 # two words
        timeout 120 "${NVCC:-nvcc}" -std=c++17 $arch -Ikernels -c "$file" -o "$out/$name.nvcc.o" >"$out/$name.log" 2>&1
        got=$?
        if [ $((got != 0)) = $want ]; then echo "ok simt: $name: nvcc"; else not_ok "nvcc's exit status is $got" "$out/$name.log"; fi
    done
    exit 0
fi

"${MAKE:-make}" -s --no-print-directory build/simt/pch/cuda_runtime.h.gch || exit 1
if [ "$mode" = clang ]; then
    command -v clang++ >/dev/null || { echo "simt: clang++ is not installed: nothing to compare" >&2 && exit 0; }
    export CXX=clang++ COMPARE=1
fi
for f in $files; do rm -f "$out/$(basename "$f" .cu)-${CXX:-g++}.result"; done
for f in $files; do echo "$f"; done | xargs -P "${JOBS:-2}" -n 1 sh "$0" --one
{
    for f in $files; do cat "$out/$(basename "$f" .cu)-${CXX:-g++}.result"; done
    [ $# -gt 0 ] || [ "${CXX:-g++}" != g++ ] || manual
} | tee "$out/results"
! grep -q '^not ok' "$out/results" || exit 1

# .ci/run: one of twelve by clang++, too
if [ "${MAINTAINER:-0}" != 0 ] && [ "$mode" = run ] && [ $# = 0 ]; then
    # shellcheck disable=SC2046 # names
    sh "$0" --clang $(for f in $files; do basename "$f" .cu; done | awk 'NR % 12 == 1')
fi
