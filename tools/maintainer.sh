#!/bin/sh
# What only those who change the course need, run by .ci/run: stubs in step, two compilers, static checks, the readers' fuzz seeds,
# and every chapter's program in its quick form under the sanitizers and with 1 and 2 threads. Called with the names of CHAPTERS.
set -u
make="${MAKE:-make} -s --no-print-directory"
mkdir -p build/maintainer

# check NAME COMMAND...
check() {
    name=$1
    shift
    if "$@" >build/maintainer/log 2>&1; then
        echo "ok $name"
    else
        echo "not ok $name: $*"
        tail -n 20 build/maintainer/log | sed 's/^/# /' >&2
    fi
}

check "stubs are what \`make stubs\` writes" sh tools/stubs.sh --check
check "clang compiles everything without warnings" $make -j2 CC=clang WERROR=-Werror compile
check "no tracked file is over 400 KiB" sh -c '! git ls-files -z | xargs -0 -r du -k | awk "\$1 > 400" | grep .'
sh tools/lint.sh >build/maintainer/lint.log 2>&1 & # it only reads sources, and takes as long as all that follows
lint=$!
sh tools/fuzz.sh seeds
for chapter in $CHAPTERS; do
    check "$chapter: its program is clean under AddressSanitizer and UndefinedBehaviorSanitizer" \
        $make sanitized-"${chapter%%-*}"
    check "$chapter: same seed, same bits, with 1 and 2 threads" sh tools/same_bits.sh "$chapter" --quick
done
wait "$lint" || true
cat build/maintainer/lint.log
