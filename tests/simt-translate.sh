#!/bin/sh
# simtcc: CUDA as people write it becomes C++ that does the same, line by line, with both compilers; what the simulator does not
# have is refused with line and remedy; broken files end in a message. Part of make test.
set -u
make="${MAKE:-make} -s --no-print-directory"
simtcc=build/bin/simtcc
here=tests/simt/translate
tmp=build/simt-translate-test
rm -rf "$tmp"
mkdir -p "$tmp"
ok() { echo "ok simt-translate: $1"; }
not_ok() { echo "not ok simt-translate: $1: $2"; }

$make build/bin/simtcc build/bin/libsimt.a WERROR=-Werror || { not_ok "simtcc builds" "it does not"; exit 1; }
compilers=g++
[ "${MAINTAINER:-0}" = 0 ] || ! command -v clang++ >/dev/null || compilers="g++ clang++"
unset SIMT_REPORT SIMT_JSON SIMT_COUNTERS

# ---- what is right works ----------------------------------------------------------------------------------------------
for program in launches shared right; do
    for cxx in $compilers; do
        for flag in "" -fast; do
            name="$program.cu with $cxx${flag:+ $flag}"
            # shellcheck disable=SC2086 # $flag is one word, or none
            if ! CXX=$cxx $simtcc $flag -Wall -Wextra -Werror $here/$program.cu -o "$tmp/$program" 2>"$tmp/err"; then
                not_ok "$name" "it does not compile: $(head -n 1 "$tmp/err")"
            elif ! "$tmp/$program" >"$tmp/out" 2>"$tmp/err"; then
                not_ok "$name" "it fails: $(head -n 2 "$tmp/err" | tr '\n' ' ')"
            elif ! cmp -s "$tmp/out" $here/$program.out; then
                not_ok "$name" "it prints $(tr '\n' ';' <"$tmp/out")"
            else ok "$name"; fi
        done
    done
done

# lines stay where they are, whatever is written on them
for program in launches shared right; do
    $simtcc -E $here/$program.cu >"$tmp/lines"
    if [ "$(wc -l <"$tmp/lines")" = "$(($(wc -l <$here/$program.cu) + 1))" ]; then ok "$program.cu keeps its lines"
    else not_ok "$program.cu keeps its lines" "$(wc -l <"$tmp/lines") lines"; fi
done

# ---- what is wrong is refused -----------------------------------------------------------------------------------------
grep -v '^#' $here/refused.txt >"$tmp/cases"
while IFS='|' read -r line says code; do
    printf '%s\n' "$code" | sed 's/\\n/\
/g' >"$tmp/bad.cu"
    # MAYBE is defined where the compiler is to decide
    $simtcc -c "$tmp/bad.cu" -o "$tmp/bad.o" >"$tmp/out" 2>&1
    status=$?
    case $code in *MAYBE*) [ "$status" != 1 ] || $simtcc -DMAYBE -c "$tmp/bad.cu" -o "$tmp/bad.o" >"$tmp/out" 2>&1 ;; esac
    if [ "$status" = 1 ] && grep -F "bad.cu:$line:" "$tmp/out" | grep -qF -e "$says"; then ok "refused: $says"
    else not_ok "refused: $says" "exit status $status: $(head -n 1 "$tmp/out")"; fi
done <"$tmp/cases"

# ---- the driver -------------------------------------------------------------------------------------------------------
# answers NAME STATUS SAYS COMMAND...
answers() {
    what=$1
    want=$2
    says=$3
    shift 3
    "$@" >"$tmp/out" 2>&1
    status=$?
    if [ "$status" = "$want" ] && { [ -z "$says" ] || grep -qF -e "$says" "$tmp/out"; }; then ok "$what"
    else not_ok "$what" "exit status $status: $(head -n 1 "$tmp/out")"; fi
}
answers "--help" 0 "simtcc saxpy.cu -o saxpy" $simtcc --help
answers "no file" 2 "which file?" $simtcc
answers "a file that is not there" 1 "cannot be read: No such file" $simtcc "$tmp/none.cu"
mkdir -p "$tmp/folder.cu"
answers "a folder" 1 "cannot be read: Is a directory" $simtcc -c "$tmp/folder.cu"
answers "-o without a name" 2 "needs a value" $simtcc $here/right.cu -o
answers "no compiler" 1 "CXX=clang++" env CXX=no-such-compiler $simtcc -c $here/right.cu -o "$tmp/x.o"
answers "no temporary folder" 1 "Set TMPDIR" env TMPDIR=/nonexistent $simtcc -c $here/right.cu -o "$tmp/x.o"
answers "CXX of two words" 0 "" env CXX="env g++" $simtcc -c $here/right.cu -o "$tmp/x.o"
answers "nvcc's options" 0 "" $simtcc -arch=sm_80 -gencode arch=compute_80,code=sm_80 -lineinfo -c $here/right.cu -o "$tmp/x.o"
answers "what nvcc hands on" 0 "" $simtcc -Xcompiler -Wall,-fopenmp -lcudart $here/right.cu -o "$tmp/x"
answers "an object that cannot be written" 1 "nowhere" $simtcc -c $here/right.cu -o /nowhere/x.o

mkdir -p "$tmp/mine" "$tmp/theirs"
echo 'int mine;' >"$tmp/mine/part.cuh"
echo '#error "not this one"' >"$tmp/theirs/part.cuh"
echo '#include "part.cuh"' >"$tmp/mine/whole.cu"
answers "a header from the file's own folder" 0 "" $simtcc "-I$tmp/theirs" -c "$tmp/mine/whole.cu" -o "$tmp/whole.o"

mkdir -p "$tmp/temporary"
TMPDIR=$tmp/temporary $simtcc -MMD -MP -c $here/shared.cu -o "$tmp/shared.o"
if [ "$(tr -s ' \\:' '\n\n\n' <"$tmp/shared.d" | grep "^$here/" | sort -u | tr '\n' ' ')" = \
    "$here/parts/size.h $here/parts/tile.cuh $here/shared.cu " ] && ! grep -q temporary "$tmp/shared.d"
then ok "make sees the learner's files"
else not_ok "make sees the learner's files" "$(head -n 2 "$tmp/shared.d" | tr '\n' ' ')"; fi
if [ -z "$(ls "$tmp/temporary")" ]; then ok "no temporary file stays"
else not_ok "no temporary file stays" "$(ls "$tmp/temporary")"; fi

# ---- broken files -----------------------------------------------------------------------------------------------------
# Cut, and with lines left out: an error or a translation, in no time.
bad=0
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    awk -v i="$i" 'NR % 13 != i && (i % 2 || rand() > 0.1)' $here/shared.cu | head -c $((i * 300)) >"$tmp/broken.cu"
    timeout 20 $simtcc -E "$tmp/broken.cu" >"$tmp/out" 2>&1
    [ $? -le 1 ] || bad=$((bad + 1))
done
if [ "$bad" = 0 ]; then ok "broken files"
else not_ok "broken files" "$bad of 12 end in a crash or not at all"; fi
