#!/bin/sh
# What only those who change the course need, run by .ci/run: stubs in step, two compilers, static checks, the readers' fuzz seeds,
# and every chapter's program in its quick form under the sanitizers and with 1 and 2 threads. Called with the names of CHAPTERS.
set -u
make="${MAKE:-make} -s --no-print-directory"
mkdir -p build/maintainer

# check NAME COMMAND...
check() {
    name=$1
    log=build/maintainer/log.$$
    shift
    if "$@" >"$log" 2>&1; then
        echo "ok $name"
    else
        echo "not ok $name: $*"
        tail -n 20 "$log" | sed 's/^/# /' >&2
    fi
}

if [ "${1:-}" = program ]; then # of one chapter, $2
    check "$2: its program is clean under AddressSanitizer and UndefinedBehaviorSanitizer" $make sanitized-"${2%%-*}"
    check "$2: same seed, same bits, with 1 and 2 threads" sh tools/same_bits.sh "$2" --quick
    exit
fi

check "stubs are what \`make stubs\` writes" sh tools/stubs.sh --check
check "clang compiles everything without warnings" $make -j2 CC=clang WERROR=-Werror compile
check "no tracked file is over 400 KiB" sh -c '! git ls-files -z | xargs -0 -r du -k | awk "\$1 > 400" | grep .'
LINT=quick sh tools/lint.sh >build/maintainer/lint.log 2>&1 & # it only reads sources, and takes as long as all that follows
lint=$!
sh tools/fuzz.sh seeds
check "every program is built with the sanitizers" $make -j2 sanitized
# and runs; two chapters at a time
for chapter in $CHAPTERS; do echo "$chapter"; done | xargs -P 2 -n 1 sh tools/maintainer.sh program
wait "$lint" || true
cat build/maintainer/lint.log
