#!/bin/sh
# The learner's tools on a small course of two chapters made up here, in build/tools-test/: hints, resets, solutions,
# watching, results and their exports, setting up. Prints "ok tools: NAME" or "not ok tools: NAME: why". Part of make test.
# shellcheck disable=SC2016  # single quotes keep $ from expanding, on purpose
set -u
root=$(pwd)
course=$root/build/tools-test
[ -x build/bin/results ] || ${MAKE:-make} -s build/bin/results || exit 1

# ---- the harness ----------------------------------------------------------------------------------------------------
# A test is a function of steps joined by &&; the step that fails prints why.

check() { # check NAME FUNCTION
    make_course
    if why=$(cd "$course" && "$2" 2>&1); then
        echo "ok tools: $1"
    else
        printf '%s\n' "$why" | sed 's/^/# /'
        echo "not ok tools: $1: $(printf '%s\n' "$why" | head -n 1)"
    fi
}

run() { # run STATUS COMMAND...: its output goes to ../tools-test.out
    want=$1
    shift
    "$@" >"$course.out" 2>&1 </dev/null
    got=$?
    [ "$got" = "$want" ] && return
    echo "exit status $got, not $want, of: $*"
    cat "$course.out"
    return 1
}

says() { # says TEXT: the last run printed it
    grep -qF -e "$1" "$course.out" && return
    echo "does not say '$1' but:"
    cat "$course.out"
    return 1
}

silent_on() { # silent_on TEXT: the last run did not print it
    grep -qF -e "$1" "$course.out" || return 0
    echo "says '$1':"
    cat "$course.out"
    return 1
}

same() { # same FILE FILE
    cmp -s "$1" "$2" && return
    echo "$1 and $2 differ:"
    diff "$1" "$2"
    return 1
}

# ---- the course -----------------------------------------------------------------------------------------------------

make_course() {
    rm -rf "$course"
    mkdir -p "$course/tools" "$course/labs/01-first" "$course/labs/02-second" "$course/solutions/01-first" \
        "$course/tests" "$course/build/bin" "$course/build/grade" "$course/datasets" "$course/bin"
    cp tools/*.sh tools/*.awk tools/needs.txt "$course/tools/"
    cp build/bin/results "$course/build/bin/"
    echo 'echo "data: fetched"' >"$course/datasets/get.sh"
    touch "$course/labs/01-first/main.c" "$course/labs/02-second/main.c"
    echo 01-first/loss >"$course/labs/02-second/uses"
    cat >"$course/solutions/01-first/loss.c" <<'END'
// BEGIN SOLUTION 01.2 -
static float slope(float error, int n) {
    return 2 * error / n;
}
// END SOLUTION

float loss_forward(float pred, float target) {
    // BEGIN SOLUTION 01.1 loss_forward: the squared error
    return (pred - target) * (pred - target);
    // END SOLUTION
}

void loss_backward(float *dpred, float error, int n) {
    // BEGIN SOLUTION 01.2 loss_backward: its slope, added
    *dpred += slope(error, n);
    // END SOLUTION
}
END
    printf 'int norm(int x) {\n    // BEGIN SOLUTION 01.3 norm: the size of x\n    return x < 0 ? -x : x;\n    // END SOLUTION\n}\n' \
        >"$course/solutions/01-first/norm.c"
    for name in loss norm; do
        awk -f tools/stubs.awk "$course/solutions/01-first/$name.c" >"$course/labs/01-first/$name.c"
    done
    printf 'EXERCISE(loss_forward, .number = "01.1", .points = 40) {\nEXERCISE(loss_backward, .number = "01.2") {\nEXERCISE(norm_of_negative, .number = "01.3") {\n' \
        >"$course/tests/01-first.c"
    cat >"$course/labs/01-first/hints.md" <<'END'
# Hints

## loss_forward
1. Look at the sum.
2. It is a
   mean.
3. $L = \frac{1}{n}\sum_i (\hat y_i - y_i)^2$, and `$x` stays.

## loss_backward
1. First.
2. Second.
3. Third.
END
    grade_json passed 40 "" failed 0 'got 1 < 2 & \"three\"\nlooks like: no 1/n\u0001' >"$course/build/grade/01-first.json"
}

grade_json() { # grade_json STATUS POINTS MESSAGE STATUS POINTS MESSAGE: results of chapter 01's two tests
    cat <<END
{"chapter": "01-first", "graded": "labs/01-first", "seed": 7, "date": "2026-11-22T13:00:00Z", "points": $(($2 + $5)).0,
 "total": 100.0, "complete": true, "tests": [
  {"exercise": "01.1", "name": "loss_forward", "points": $2, "total": 40, "seconds": 0.25, "status": "$1", "message": "$3"},
  {"exercise": "01.2", "name": "loss_backward", "points": $5, "total": 60.0, "seconds": 0.5, "status": "$4", "message": "$6"}
 ]}
END
}

# ---- hints ----------------------------------------------------------------------------------------------------------

hint_levels() {
    run 0 sh tools/hint.sh 01 loss_forward && says 'hint 1 of 3' && says 'Look at the sum.' && silent_on mean &&
        run 0 sh tools/hint.sh 01 loss_forward && says 'hint 2 of 3' && says 'It is a mean.' && silent_on Look &&
        run 0 sh tools/hint.sh 01 loss_forward && says 'hint 3 of 3' &&
        says 'L = (1/n) Σ_i (ŷ_i - y_i)², and `$x` stays.' &&
        run 0 sh tools/hint.sh 01 loss_forward && says 'hint 1 of 3' && says 'hint 2 of 3' && says 'hint 3 of 3' &&
        run 0 sh tools/hint.sh 01 && says 'loss_forward                         3 of 3 seen' && says '0 of 3 seen'
}
hint_given_level() {
    run 0 env LEVEL=2 sh tools/hint.sh 01 loss_backward && says Second. && silent_on First. &&
        run 2 env LEVEL=9 sh tools/hint.sh 01 loss_backward && says "LEVEL is 1, 2 or 3"
}
hint_names() {
    run 0 sh tools/hint.sh 01 backw && says 'loss_backward, hint 1 of 3' &&
        run 2 sh tools/hint.sh 01 loss && says "'loss' may be: loss_forward loss_backward" &&
        run 2 sh tools/hint.sh 01 adam && says "no hints for 'adam'" && says 'loss_forward loss_backward'
}
unknown_chapter() {
    for tool in hint watch reset solution; do
        run 2 sh "tools/$tool.sh" 99 && says "$tool: error: no chapter 99; built are: 01-first 02-second" || return 1
    done
}

# ---- reset ----------------------------------------------------------------------------------------------------------

reset_keeps_work() {
    cp labs/01-first/loss.c stub
    echo "// mine" >>labs/01-first/loss.c
    cp labs/01-first/loss.c mine
    run 0 sh tools/reset.sh 01 && says 'labs/01-first/norm.c is the stub already' && says 'yours is kept as' &&
        same labs/01-first/loss.c stub && same labs/01-first/backup/*/loss.c mine &&
        run 0 sh tools/reset.sh 01 && silent_on kept
}
reset_twice_in_a_second() {
    for text in one two; do
        echo "// $text" >>labs/01-first/loss.c
        run 0 sh tools/reset.sh 01 loss || return 1
    done
    kept=$(cat labs/01-first/backup/*/loss.c | grep -c -x -e '// one' -e '// two')
    [ "$kept" = 2 ] || { echo "of two resets $kept files are kept"; return 1; }
}
reset_one_file() {
    echo "// mine" | tee -a labs/01-first/loss.c >>labs/01-first/norm.c
    run 0 sh tools/reset.sh 01 labs/01-first/norm.c && silent_on loss.c && run 0 grep -q mine labs/01-first/loss.c &&
        run 2 sh tools/reset.sh 01 main.c && says 'main.c is no module of 01-first. There are: loss.c norm.c'
}
reset_that_fails_changes_nothing() {
    echo "// mine" >>labs/01-first/loss.c
    cp labs/01-first/loss.c mine
    sed '/END SOLUTION/d' solutions/01-first/loss.c >broken && mv broken solutions/01-first/loss.c
    run 1 sh tools/reset.sh 01 && says 'is as it was' && same labs/01-first/loss.c mine &&
        [ ! -e labs/01-first/.stub.part ]
}

# ---- headers with gaps ----------------------------------------------------------------------------------------------
# kernels/01-first/: a header whose parts the learner writes, and a kernel that includes it

make_kernels() {
    mkdir -p kernels/01-first
    cat >kernels/01-first/ring.cuh <<'END'
#pragma once
__host__ __device__ inline int ring_stage(int n, int stages) {
    // BEGIN SOLUTION 01.3 ring_stage: which buffer
    return n % stages;
    // END SOLUTION
}
END
    printf '#include "ring.cuh"\n__global__ void __cluster_dims__(2, 1, 1) __launch_bounds__(32) turn(int *x) {\n    // BEGIN SOLUTION 01.3 turn: by ring_stage\n    *x = ring_stage(*x, 4);\n    // END SOLUTION\n}\n' \
        >kernels/01-first/turn.cu
}
stubs_of_headers() {
    make_kernels
    run 1 sh tools/stubs.sh --check && says 'labs/01-first/ring.cuh is not what `make stubs` writes' &&
        run 0 sh tools/stubs.sh --write && says 'labs/01-first/ring.cuh was missing' && run 0 sh tools/stubs.sh --check &&
        run 0 cat labs/01-first/ring.cuh && says 'todo("01.3 ring_stage");' && silent_on '%' &&
        run 0 cat labs/01-first/turn.cu && says '#include "ring.cuh"'
}
reset_of_headers() {
    make_kernels
    sh tools/stubs.sh --write >/dev/null
    cp labs/01-first/ring.cuh stub
    echo "// mine" >>labs/01-first/ring.cuh
    run 0 sh tools/reset.sh 01 ring && says 'labs/01-first/ring.cuh is the stub again' && same labs/01-first/ring.cuh stub &&
        run 0 grep -q '// mine' labs/01-first/backup/*/ring.cuh
}
solution_in_headers() {
    make_kernels
    sh tools/stubs.sh --write >/dev/null
    run 0 env ANYWAY=1 sh tools/solution.sh 01 ring_stage && says 'return n % stages;' && says '==== ring_stage, labs/01-first/ring.cuh' &&
        run 0 env ANYWAY=1 sh tools/solution.sh 01 turn && says '*x = ring_stage(*x, 4);' && says 'void __cluster_dims__(2, 1, 1)'
}

# ---- solution -------------------------------------------------------------------------------------------------------

solution_stays_closed() {
    run 1 sh tools/solution.sh 01 loss_backward && says 'loss_backward (exercise 01.2) has not passed yet' && silent_on 'slope(' &&
        run 1 sh tools/solution.sh 01 loss.c && run 1 sh tools/solution.sh 01 && silent_on 'return' &&
        rm build/grade/01-first.json && run 1 sh tools/solution.sh 01 loss_forward && says 'has not passed yet'
}
solution_opens() {
    run 0 sh tools/solution.sh 01 loss_forward && says '(pred - target) * (pred - target)' && silent_on 'slope(' &&
        silent_on 'BEGIN SOLUTION' && run 0 env ANYWAY=1 sh tools/solution.sh 01 loss_backward &&
        says 'helpers of exercise 01.2' && says '*dpred += slope(error, n);' && says 'todo("01.2 loss_backward");' &&
        run 0 env ANYWAY=1 sh tools/solution.sh 01 norm_of_negative && says 'x < 0 ? -x : x'
}
solution_of_a_passed_file() {
    grade_json passed 40 "" passed 60 "" >build/grade/01-first.json
    run 0 sh tools/solution.sh 01 loss.c && says 'float slope' && run 1 sh tools/solution.sh 01 norm &&
        says 'norm.c stays closed a little longer: norm (exercise 01.3) has not passed yet.' &&
        run 2 sh tools/solution.sh 01 adam && says "'adam' is neither a test nor a module of 01-first"
}
solution_side_by_side() {
    run 0 env COLUMNS=200 sh tools/solution.sh 01 loss_forward && says 'the reference' &&
        says '01.1 loss_forward: the squared error |     return (pred - target)'
}

# ---- watch ----------------------------------------------------------------------------------------------------------

rounds() { # rounds N: waits until the false make was called N times
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        [ "$(wc -l <calls)" -ge "$1" ] && return
        sleep 0.2
    done
    echo "graded $(wc -l <calls) times, not $1"
    return 1
}
watch_grades_at_every_save() {
    printf '#!/bin/sh\necho "$*" >>calls\n' >bin/make
    chmod +x bin/make
    : >calls
    MAKE=$course/bin/make sh tools/watch.sh 01 loss_forward >watch.out 2>&1 &
    watcher=$!
    rounds 1 && sleep 0.1 && touch labs/01-first/.hidden.c labs/01-first/notes.txt && sleep 0.7 &&
        run 0 test "$(wc -l <calls)" = 1 && touch labs/01-first/norm.c && rounds 2
    status=$?
    kill -TERM "$watcher"
    wait "$watcher" || { echo "ended with status $?"; status=1; }
    [ "$status" = 0 ] && run 0 cat calls && says '-s --no-print-directory grade-01 TEST=loss_forward' &&
        run 0 cat watch.out && says 'waiting for a save' && says 'watch: ended'
}

# ---- results --------------------------------------------------------------------------------------------------------

progress_counts() {
    mkdir -p build/lab/02-second
    echo 'yours 01-first/loss' >build/lab/02-second/modules
    run 0 build/bin/results progress && says '01 first                 [########------------]    40/100  1 of 2 tests to go' &&
        says 'not graded yet' && says '   40/200' && says 'Chapter 02 stands on earlier modules: 1 of 1 are yours' &&
        says 'Next: chapter 01, first' && says 'make hint-01 TEST=loss_backward' &&
        rm build/lab/02-second/modules && run 0 build/bin/results progress && says '0 of 1 are yours' &&
        says '  reference  01-first/loss'
}
next_lab() {
    run 0 build/bin/results next && says 01-first && run 0 sh tools/help.sh && says 'Next: chapter 01.' &&
        grade_json passed 40 "" passed 60 "" >build/grade/01-first.json && run 0 build/bin/results next && says 02-second &&
        run 0 sh tools/help.sh && says 'Next: chapter 02.'
}
results_that_are_broken() {
    head -c 300 build/grade/01-first.json >short.json && mv short.json build/grade/01-first.json
    run 1 build/bin/results progress && says 'build/grade/01-first.json, line 4' && says 'make grade-01' &&
        echo '{"chapter": "01-first", "tests": 5}' >build/grade/01-first.json && run 1 build/bin/results junit &&
        says 'graded' && grade_json passed 400 "" passed 60 "" >build/grade/01-first.json &&
        run 1 build/bin/results progress && says 'points are not between 0 and total' &&
        printf '' >build/grade/01-first.json && run 1 build/bin/results next && says 'not a whole result' &&
        sed -i 's/.*//' build/grade/01-first.json && run 1 sh tools/solution.sh 01
}
gradescope_export() {
    cat >expected <<'END'
{
  "output": "01-first: 40/100 points. To repeat: make grade-01 SEED=7\n",
  "execution_time": 0.75,
  "tests": [
    {
      "number": "01.1",
      "name": "loss_forward",
      "score": 40.0,
      "max_score": 40.0,
      "status": "passed",
      "output": "",
      "visibility": "visible"
    },
    {
      "number": "01.2",
      "name": "loss_backward",
      "score": 0.0,
      "max_score": 60.0,
      "status": "failed",
      "output": "got 1 < 2 & \"three\"\nlooks like: no 1/n\u0001",
      "visibility": "visible"
    }
  ]
}
END
    run 0 build/bin/results gradescope && same "$course.out" expected &&
        run 0 build/bin/results gradescope 01 --out deep/results.json && same deep/results.json expected &&
        run 0 build/bin/results gradescope --out results.json && same results.json expected
}
junit_export() {
    cat >expected <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="daybreak">
  <testsuite name="01-first" tests="2" failures="1" errors="0" time="0.750" timestamp="2026-11-22T13:00:00Z">
    <testcase classname="01-first" name="01.1 loss_forward" time="0.250"/>
    <testcase classname="01-first" name="01.2 loss_backward" time="0.500">
      <failure type="failed" message="got 1 &lt; 2 &amp; &quot;three&quot;&#10;looks like: no 1/n?"/>
    </testcase>
  </testsuite>
</testsuites>
END
    run 0 build/bin/results junit && same "$course.out" expected &&
        grade_json passed 40 "" crashed 0 "" >build/grade/01-first.json && run 0 build/bin/results junit &&
        says 'failures="0" errors="1"' && says '<error type="crashed" message="crashed"/>'
}
exports_refuse_half_results() {
    echo old >results.json
    run 1 build/bin/results gradescope 02 --out results.json && says 'no results for chapter 02-second' &&
        run 0 grep -qx old results.json &&
        run 0 build/bin/results gradescope 02 --zero-if-missing && says '"score": 0.0' && says '"max_score": 100.0' &&
        run 0 build/bin/results junit 02 --zero-if-missing && says 'tests="1" failures="0" errors="1"' &&
        sed -i 's/"complete": true/"complete": false/' build/grade/01-first.json &&
        run 1 build/bin/results junit && says 'some of its tests only' &&
        rm build/grade/01-first.json && run 1 build/bin/results junit && says 'nothing graded yet' &&
        run 2 build/bin/results junit 07 && says 'no chapter 07' && run 2 build/bin/results polish && says 'what to do?'
}

# ---- setup and doctor -----------------------------------------------------------------------------------------------
# A PATH of its own, with a false apt-get that notes how it was called.

false_system() { # false_system [apt]: only what a bare system has; APT_FAILS=n lets the first n installations fail
    for tool in sh awk grep sed cat date mkdir tail head tr env rm basename dirname wc mktemp df uname getconf id cut ls sort; do
        ln -sf "$(command -v $tool)" bin/
    done
    : >calls
    [ "${1:-}" = apt ] || return 0
    cat >bin/apt-get <<'END'
#!/bin/sh
echo "$*" >>calls
case $* in *-s\ install* | *--print-uris*) exit 0 ;; *update*) exit 0 ;; esac
[ "$(grep -c -e '-q -y .* install' calls)" -gt "${APT_FAILS:-0}" ] || exit 100
for package; do [ "$package" != sl ] || echo sl >>packages; done
END
    printf '#!/bin/sh\n[ "$1" = -u ] && echo 0\n' >bin/root-id
    rm bin/id && mv bin/root-id bin/id
    printf '#!/bin/sh\nfor p; do :; done\ngrep -qx -e "$p" packages && printf installed\n' >bin/dpkg-query
    echo here >packages
    chmod +x bin/*-get bin/id bin/dpkg-query
}
bare() { env -i PATH="$course/bin" "$@"; }

setup_installs_what_is_missing() {
    false_system apt
    run 0 bare sh tools/setup.sh install here && says 'nothing to install: here already here' && run 1 grep . calls &&
        run 0 bare sh tools/setup.sh install here sl && says 'to be installed with apt-get: sl' && says 'done (' &&
        run 0 cat calls && says 'install --no-install-recommends sl' && silent_on update && silent_on here
}
setup_tries_twice() {
    false_system apt
    run 0 bare APT_FAILS=1 sh tools/setup.sh install sl && says failed && run 0 grep -c update calls && says 1 &&
        : >calls && echo here >packages && run 1 bare APT_FAILS=2 sh tools/setup.sh install sl &&
        says 'apt-get failed twice' && says 'By hand: apt-get install --no-install-recommends sl'
}
setup_without_root() {
    false_system apt
    printf '#!/bin/sh\necho 1000\n' >bin/id
    run 1 bare sh tools/setup.sh install sl && says 'needs root and there is no sudo' && run 1 grep -e '-q -y' calls
}
setup_without_apt() {
    false_system
    run 1 bare sh tools/setup.sh && says 'no apt-get' && says gcc-c++ && says criterion && silent_on 'data: fetched' &&
        run 1 bare sh tools/setup.sh install sl && says 'install the equivalents of: sl' &&
        run 2 bare sh tools/setup.sh remove && says usage
}
setup_with_everything() {
    run 0 sh tools/setup.sh && says 'setup: nothing to install' && says 'data: fetched'
}
doctor_tells() {
    mkdir -p data/set
    echo right >data/set/a && echo wrong >data/set/b && echo packed | gzip >data/set/c.gz
    for n in a b c d; do echo " set/$n"; done >names
    for text in right fine packed none; do echo $text | sha256sum; done | cut -c1-64 | paste -d ' ' - names >datasets/SHA256SUMS
    run 0 env DAYBREAK_DATA=data sh tools/doctor.sh && says 'ok       gcc' && says 'this machine' && silent_on MISSING &&
        says 'ok       set/a' && says 'DAMAGED  set/b' && says 'ok       set/c' && says 'missing  set/d' &&
        false_system && run 1 bare sh tools/doctor.sh && says 'MISSING  gcc' && says 'Run: make setup'
}

# ---- help -----------------------------------------------------------------------------------------------------------

help_names_real_targets() {
    run 0 sh tools/help.sh || return 1
    # shellcheck disable=SC2013  # words, one per line
    for target in $(sed -n 's/^    make \([a-zN-]*\).*/\1/p' "$course.out"); do
        grep -q -E "^([a-z -]* )?$(echo "$target" | sed 's/NN/%/')( [a-z -]*)?:" "$root/Makefile" ||
            { echo "the Makefile has no target $target"; return 1; }
    done
}

check "hints come one by one, then all" hint_levels
check "LEVEL shows one hint" hint_given_level
check "a test's name may be a part of it, if only one has it" hint_names
check "an unknown chapter is answered with those that exist" unknown_chapter
check "reset keeps the learner's file" reset_keeps_work
check "two resets in one second keep both" reset_twice_in_a_second
check "reset of one file leaves the others" reset_one_file
check "a reset that fails changes nothing" reset_that_fails_changes_nothing
check "a header with gaps has its stub" stubs_of_headers
check "reset knows headers" reset_of_headers
check "the solution of a header, and of a kernel in clusters" solution_in_headers
check "the solution stays closed until the test passes" solution_stays_closed
check "the solution opens with a pass, or ANYWAY=1" solution_opens
check "the solution of a file opens when all its exercises pass" solution_of_a_passed_file
check "the solution stands side by side where there is room" solution_side_by_side
check "watch grades at every save, and ends cleanly" watch_grades_at_every_save
check "progress counts points and modules" progress_counts
check "the next lab is the first without full marks" next_lab
check "broken results are refused, by file and line" results_that_are_broken
check "Gradescope's results.json" gradescope_export
check "JUnit XML" junit_export
check "exports refuse missing and half results" exports_refuse_half_results
check "setup installs what is missing, and no more" setup_installs_what_is_missing
check "setup updates the lists and tries again, once" setup_tries_twice
check "setup without root and sudo says what to do" setup_without_root
check "setup without apt names the packages elsewhere" setup_without_apt
check "setup with everything there only sees to the data" setup_with_everything
check "doctor says what is missing, and which data are damaged" doctor_tells
check "help names targets that exist" help_names_real_targets
