#!/bin/sh
# `make test`: everything the course promises, on this machine, with the packages of `make setup` alone;
# with MAINTAINER=1 (.ci/run) also what needs more tools. Called by make with the names of CHAPTERS and UNITS.
# Each part prints lines "ok ..." and "not ok ...: why"; they are counted, and the last line is "N passed, N failed".
set -u
if [ "${1:-}" = whole ]; then # whole COMMAND...: its lines together, when it is through
    shift
    lines=$(mktemp)
    "$@" >"$lines" 2>&1
    status=$?
    cat "$lines"
    rm -f "$lines"
    exit $status
fi
make="${MAKE:-make} -s --no-print-directory"
mkdir -p build
log=build/test.log
part=build/test.part
: >"$log"

# run COMMAND...: shows and keeps its lines. One that fails without saying what counts as a failure of its own.
run() {
    { "$@" 2>&1 || echo "# exit status $?: $*"; } | tee "$part" | grep --line-buffered -v '^#'
    if grep -q '^# exit status' "$part" && ! grep -q '^not ok' "$part"; then
        sed -n 's/^# exit status/not ok: exit status/p' "$part" | tee -a "$log"
    fi
    cat "$part" >>"$log"
}

run $make -j2 WERROR=-Werror build
for unit in $UNITS; do run build/unit/"$unit" --tap; done
# two at a time: chapters, those with the most wrong answers first, and scripts, as all that they run was built above
longest_first=$(for chapter in $CHAPTERS; do echo "$(find tests/wrong/"$chapter" -name '*.patch' | wc -l) $chapter"; done | sort -rn | cut -d' ' -f2)
two_at_a_time() { # two_at_a_time NAMES COMMAND...: with each name for NAME
    names=$1
    shift
    echo "$names" | run xargs -P 2 -I NAME sh tools/test.sh whole "$@"
}
two_at_a_time "$longest_first" sh tools/prove.sh NAME
two_at_a_time "$(printf '%s\n' tests/*.sh)" sh NAME
[ -z "${MAINTAINER:-}" ] || run sh tools/maintainer.sh
rm -f "$part"

passed=$(grep -c '^ok ' "$log")
failed=$(grep -c '^not ok' "$log")
if [ "$failed" != 0 ]; then
    printf '\nwhat failed (the whole log is %s):\n' "$log"
    grep '^not ok' "$log"
fi
[ "$passed" -gt 0 ] || failed=$((failed + 1))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
