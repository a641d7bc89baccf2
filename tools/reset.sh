#!/bin/sh
# tools/reset.sh NN [FILE]: puts the stub of FILE, or of every module of the chapter, back. The learner's file is kept as
# labs/NN-name/backup/YYYYmmdd-HHMMSS/FILE first. Run by `make reset-NN [FILE=linear.c]`.
set -eu
. tools/chapter.sh

modules() { # the chapter's files that learners fill, one name per line
    for solution in $(references); do basename "$solution"; done
}

new_backup_folder() { # sets backup to a folder that did not exist before
    stamp=labs/$chapter/backup/$(date +%Y%m%d-%H%M%S)
    mkdir -p "labs/$chapter/backup"
    backup=$stamp
    again=1
    until mkdir "$backup" 2>/dev/null; do
        again=$((again + 1))
        backup=$stamp-$again
        [ "$again" -lt 100 ] || fail 1 "cannot make the folder $stamp for the backup: nothing was changed"
    done
}

reset_file() { # reset_file NAME
    mine=labs/$chapter/$1
    sh tools/stubs.sh "$(reference_of "$1")" >"$fresh" || fail 1 "cannot cut the stub of $1: $mine is as it was"
    if [ ! -e "$mine" ]; then
        mv "$fresh" "$mine"
        echo "$mine was missing: the stub is there again"
    elif cmp -s "$fresh" "$mine"; then
        echo "$mine is the stub already"
    else
        [ -n "$backup" ] || new_backup_folder
        cp -p "$mine" "$backup/$1" || fail 1 "cannot keep a copy of $mine in $backup: it is as it was"
        mv "$fresh" "$mine"
        echo "$mine is the stub again; yours is kept as $backup/$1"
    fi
}

[ $# -ge 1 ] || { echo "usage: tools/reset.sh NN [FILE]" >&2; exit 2; }
find_chapter "$1"
wanted=$(modules)
if [ -n "${2:-}" ]; then
    name=$(basename "$(reference_of "$2")")
    [ -n "$name" ] || fail 2 "$(basename "$2") is no module of $chapter. There are: $(modules | tr '\n' ' ')(git brings back everything else)"
    wanted=$name
fi
[ -n "$wanted" ] || fail 1 "solutions/$chapter/ (or kernels/$chapter/) is empty or missing: take it from the repository again"
fresh=labs/$chapter/.stub.part # beside its target, so that mv is a rename
trap 'rm -f "$fresh"' EXIT
backup=
for name in $wanted; do reset_file "$name"; done
