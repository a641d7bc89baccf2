# Read with `.` by the tests of programs that stop and go on (tests/14-resume.sh and its like), which set
#   name     what their lines begin with                       program  the program
#   tmp      a folder for its runs                              small    its flags for a run of a second or two
#   files    what a run writes that must come out the same, bit for bit
# shellcheck shell=sh disable=SC2154
make="${MAKE:-make} -s --no-print-directory"
export OMP_WAIT_POLICY=passive
rm -rf "$tmp"
mkdir -p "$tmp"
ok() { echo "ok $name: $1"; }
not_ok() { echo "not ok $name: $1: $2"; }

built() { # built PROGRAM...: or there is nothing to test
    $make "$@" WERROR=-Werror || { not_ok "the programs build" "they do not"; exit 1; }
}
run() { # run OUT FLAG...
    out=$1
    shift
    # shellcheck disable=SC2086 # $small is several words
    "$program" $small --out "$tmp/$out" "$@" >"$tmp/$out.txt" 2>"$tmp/$out.err"
}
lines() { # lines NAME FILE WANT: the whole run's FILE has a line for each step, and a header
    got=$(wc -l <"$tmp/$2")
    if [ "$got" = "$3" ]; then ok "$1"; else not_ok "$1" "$got lines in $2, not $3"; fi
}
same() { # same NAME OUT [WHOLE]: what OUT holds is what the uninterrupted run wrote
    for file in $files; do
        cmp -s "$tmp/${3:-whole}/$file" "$tmp/$2/$file" || { not_ok "$1" "$file differs from an uninterrupted run's"; return; }
    done
    ok "$1"
}
says() { # says NAME OUT WORDS: the run of OUT ended with an error that has these words
    if grep -q "^error: .*$3" "$tmp/$2.err"; then ok "$1"; else not_ok "$1" "$(tail -n 1 "$tmp/$2.err")"; fi
}
works() { # works NAME STATUS OUT: a run that ended with STATUS was to end with 0
    if [ "$2" = 0 ]; then ok "$1"; else not_ok "$1" "$(tail -n 1 "$tmp/$3.err")"; fi
}

whole() { # one run from start to end; the same with one thread
    run whole || { not_ok "a run from start to end" "$(tail -n 1 "$tmp/whole.err")"; exit 1; }
    OMP_NUM_THREADS=1 run threads
    same "one thread gives the same bits" threads
}

# A run waits until its checkpoint is there, then dies wherever it is.
start() { # start OUT: in the background, $pid, with a first checkpoint
    # shellcheck disable=SC2086
    "$program" $small --out "$tmp/$1" >"$tmp/$1.txt" 2>&1 &
    pid=$!
    while [ ! -e "$tmp/$1/checkpoint.safetensors" ] && kill -0 $pid 2>/dev/null; do sleep 0.01; done
}

killed_and_resumed() { # killed_and_resumed SECONDS...: after the first checkpoint
    killed=0
    for pause in "$@"; do
        start killed
        sleep "$pause"
        kill -9 $pid 2>/dev/null && killed=$((killed + 1))
        wait $pid 2>/dev/null
        run killed --resume
        same "killed $pause s after a checkpoint, then resumed" killed
        rm -rf "$tmp/killed"
    done
    if [ $killed -gt 0 ]; then ok "$killed of $# runs were still running when they were killed"
    else not_ok "a run can be killed" "all were done before the signal came"; fi
}

stopped_and_resumed() { # stopped_and_resumed [WHOLE]
    start stopped
    kill -TERM $pid
    wait $pid
    status=$?
    if [ $status = 130 ] && grep -q "go on with --resume" "$tmp/stopped.txt"; then ok "a stopped run saves, and says how to go on"
    else not_ok "a stopped run saves, and says how to go on" "exit status $status"; fi
    if grep -q '100%' "$tmp/stopped.txt"; then not_ok "its bar stands where it stopped" "$(grep '100%' "$tmp/stopped.txt")"
    else ok "its bar stands where it stopped"; fi
    run stopped --resume
    same "stopped, then resumed" stopped "$@"
    if grep -q "^resumed after" "$tmp/stopped.txt"; then ok "a run that goes on says where"
    else not_ok "a run that goes on says where" "$(head -n 1 "$tmp/stopped.txt")"; fi
}

keeps_the_previous() { # keeps_the_previous OUT FLAG...: a new, short run in OUT; "$tmp/first" is the checkpoint before
    cp "$tmp/$1/checkpoint.safetensors" "$tmp/first"
    run "$@"
    if cmp -s "$tmp/first" "$tmp/$1/previous.checkpoint.safetensors"; then ok "a new run keeps the checkpoint of the one before"
    else not_ok "a new run keeps the checkpoint of the one before" "it is gone"; fi
}

half_is_refused() { # half_is_refused OUT: "$tmp/first", cut short, is no checkpoint
    head -c 20000 "$tmp/first" >"$tmp/$1/checkpoint.safetensors"
    run "$1" --resume
    says "half a checkpoint is refused, with what to do" "$1" "checkpoint.safetensors.*Delete the file or move it away"
}

wild() { # wild WHAT FLAG...: with a learning rate of 100 it goes on or ends with words
    what=$1
    shift
    run wild --lr 100 "$@"
    status=$?
    case $status in
    0) ok "a wild learning rate does not break the program" ;;
    1) says "a gradient that is no number stops the run" wild "$what.*Try a learning rate below 100" ;;
    *) not_ok "a wild learning rate does not break the program" "exit status $status" ;;
    esac
}
