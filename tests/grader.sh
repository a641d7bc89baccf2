#!/bin/sh
# Grades the grader: a chapter of known failures (tests/grader/lab.c) must get the points and the messages it deserves.
set -u
out=build/tests/grader
mkdir -p "$out"
for lab in lab none; do
    # shellcheck disable=SC2046
    ${CC:-gcc} -std=c11 -Wall -Wextra -Werror -O1 -Ilabs -Itests tests/grader/$lab.c $(${MAKE:-make} -s --no-print-directory print-grader) \
        -o "$out/$lab" -lcriterion -ljansson -lz -lm -fopenmp || { echo "not ok grader: tests/grader/$lab.c does not build"; exit 1; }
done

"$out/lab" --lab 99-test --graded tests/grader --seed 7 --json "$out/lab.json" >"$out/lab.txt" 2>&1
status=$?

fact() { # fact NAME CONDITION...
    name=$1
    shift
    if "$@" >/dev/null 2>&1; then echo "ok grader: $name"; else echo "not ok grader: $name"; fi
}
says() { # says TEST PATTERN: between the test's line and the next one's
    if awk -v test="$1" '$2 == test { on = 1; print; next } $1 ~ /^99\./ { on = 0 } on' "$out/lab.txt" | grep -q -e "$2"; then
        echo "ok grader: $1 says '$2'"
    else
        echo "not ok grader: $1 does not say '$2'"
    fi
}

fact "exit status 1 below full marks" [ "$status" = 1 ]
fact "25 of 100 points: what is right, and nothing else" grep -q '^ "points": 25.0' "$out/lab.json"
says right '20/20'
says half 'half of what is expected'
says half 'at (r=[01],c=[012])'
says swapped 'rows and columns are swapped'
says suspected 'looks like: all are twos'
says unwritten '2 of 3 elements are never written'
says outside 'index 4 of an array with 4 elements'
says before 'index -1 of an array with 4 elements'
says changed 'x is an input, and was changed: element 2'
says stored '= where += is needed'
says slope 'at (i=1): yours is 2, the measured slope is 6'
says slope 'falls by 10^1.0'
says gradient '5/5'
says nan 'got nan, expected 1'
says nan 'an element outside an array was read'
says gap 'not written yet'
says crash 'crashed: Segmentation fault'
says leaves 'ended the whole program, with exit(0)'
says hangs 'does a loop never end'
says waits 'fix half first'

"$out/none" --lab 98-none --graded tests/grader >"$out/none.txt" 2>&1
fact "a chapter with no test is a failure" [ $? = 1 ]
"$out/lab" --lab 99-test --graded tests/grader --test right >"$out/one.txt" 2>&1
fact "full marks on the tests asked for: exit status 0" [ $? = 0 ]
"$out/lab" --lab 99-test --graded tests/grader --test nothing >"$out/none.txt" 2>&1
fact "a test that does not exist: exit status 2" [ $? = 2 ]
fact "... and the names of those that do" grep -q 'There are: right half' "$out/none.txt"
"$out/lab" --lab 99-test --graded tests/grader --seed 7 --test half >"$out/half.txt" 2>&1
fact "a seed replays the same inputs" [ "$(grep got "$out/half.txt")" = "$(grep -A1 ' half ' "$out/lab.txt" | grep got)" ]
"$out/lab" --lab 99-test --graded tests/grader --seed 8 --test half >"$out/half.txt" 2>&1
fact "another seed gives others" [ "$(grep got "$out/half.txt")" != "$(grep -A1 ' half ' "$out/lab.txt" | grep got)" ]
"$out/lab" --lab 99-test --graded tests/grader --test half --in-process >"$out/process.txt" 2>&1
fact "in one process, for sanitizers: the message and exit status 1" grep -q 'failed: x: the worst' "$out/process.txt"
