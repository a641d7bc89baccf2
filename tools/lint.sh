#!/bin/sh
# tools/lint.sh: clang-tidy (our choice of checks, and why: .clang-tidy) and cppcheck over the C code that others build on
# (tests are run instead), shellcheck over the scripts. No finding passes; a tool that is not installed is skipped.
# With LINT=quick (.ci/run) without clang's analyzer, which takes most of the time.
# Prints a line "ok lint NAME" or "not ok lint NAME: why" for each; what was found goes to stderr. Run by `make lint`.
set -u
status=0
mkdir -p build/lint

given() { # code of the labs that is not cut from solutions/
    for file in labs/*/*.c; do
        [ -e "solutions/${file#labs/}" ] || echo "$file"
    done
}
sources=$(given; ls datasets/*.c solutions/*/*.c kernels/simt/*.c kernels/simt/translate/*.c tests/grade/*.c tests/gpu/*.c tools/*.c 2>/dev/null)
flags='-std=c11 -Ilabs -Itests -Ikernels -Ikernels/simt/include -I.'

tool() { # tool NAME VERSION: the command, plain or with Debian's version at the end; fails where there is neither
    command -v "$1" || command -v "$1-$2"
}

# report NAME: passes if build/lint/NAME, its findings, is empty
report() {
    found=$(grep -c -E ': (warning|error|performance|portability):|\((warning|error)\):' "build/lint/$1")
    if [ ! -s "build/lint/$1" ]; then
        echo "ok lint $1"
    else
        cat "build/lint/$1" >&2
        echo "not ok lint $1: $found findings, in build/lint/$1"
        status=1
    fi
}

lint_clang_tidy() {
    tidy=$(tool clang-tidy 14) || { echo "ok lint clang-tidy # skipped: not installed"; return; }
    less=
    if [ "${LINT:-}" = quick ]; then less='--checks=-clang-analyzer-*'; fi
    # shellcheck disable=SC2086  # lists
    printf '%s\n' $sources | xargs -P 2 -n 1 sh -c '
        "$0" --quiet '"$less"' "$1" -- '"$flags"' 2>build/lint/errors.$$ || cat build/lint/errors.$$
        rm -f build/lint/errors.$$' "$tidy" >build/lint/clang-tidy
    report clang-tidy
}

# cppcheck does not know C11's _Noreturn. Off: invalidPointerCast, for the grader sees float arrays as words to fence and
# poison them; and three that suppose that a loop over all classes, layers or inputs runs over none (clang-tidy's analyzer
# and the sanitizers look for the same faults).
lint_cppcheck() {
    command -v cppcheck >/dev/null || { echo "ok lint cppcheck # skipped: not installed"; return; }
    # shellcheck disable=SC2086
    cppcheck -q -j 2 --std=c11 --language=c --enable=warning,performance,portability --inline-suppr \
        '-D_Noreturn=__attribute__((noreturn))' --suppress=invalidPointerCast --suppress=invalidFunctionArg \
        --suppress=uninitvar --suppress=negativeIndex -Ilabs -Itests -Ikernels -Ikernels/simt/include -I. $sources 2>build/lint/cppcheck
    report cppcheck
}

# Warnings and errors: what shellcheck calls info and style is taste. SC2209 takes pager=cat for a slip.
lint_shellcheck() {
    command -v shellcheck >/dev/null || { echo "ok lint shellcheck # skipped: not installed"; return; }
    shellcheck -x -s sh -S warning -e SC2209 tools/*.sh tests/*.sh tests/*/*.sh datasets/*.sh kernels/*/*.sh >build/lint/shellcheck 2>&1
    report shellcheck
}

lint_clang_tidy
lint_cppcheck
lint_shellcheck
exit $status
