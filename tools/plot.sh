#!/bin/sh
# Draws figures with gnuplot.
#   tools/plot.sh OUTDIR SCRIPT...   each SCRIPT (chapters/NN-name/FIG.gp) becomes OUTDIR/FIG.png
#   tools/plot.sh -t OUTDIR SCRIPT   the same figure, in characters, in the terminal
# A script reads the CSV files of OUTDIR, which it knows as the variable `dir`. Exit status 1: some figure was not drawn.
set -u

here=$(dirname "$0")
fail() {
    printf 'plot: error: %s\n' "$1" >&2
    exit "${2-1}"
}

terminal=no
if [ "${1-}" = -t ]; then
    terminal=yes
    shift
fi
[ $# -ge 2 ] || fail "usage: tools/plot.sh [-t] OUTDIR SCRIPT..." 2
out=$1
shift
command -v gnuplot >/dev/null 2>&1 || fail "gnuplot is not installed, so no figures are drawn. Run: make setup"

# build/demo/01-linear-regression is filled by `make demo-01`, build/lab/01-linear-regression by `make lab-01`.
number=$(basename "$out" | cut -d- -f1)
case /$out/ in
*/lab/*) command="make lab-$number" ;;
*) command="make demo-$number" ;;
esac
[ -d "$out" ] || fail "$out does not exist: there is nothing to draw yet. Run: $command"

messages=$out/.plot-messages.$$
part=
trap 'rm -f "$messages" ${part:+"$part"}' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# gnuplot's 'string', in which a quote is written twice
quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g")"; }

if [ "$terminal" = yes ]; then
    columns=100 lines=28 colour=mono
    if [ -t 1 ]; then
        size=$(stty size </dev/tty 2>/dev/null) || size="28 100"
        lines=$((${size% *} - 2)) columns=${size#* }
        [ "$columns" -ge 40 ] || columns=40
        [ "$columns" -le 140 ] || columns=140
        [ "$lines" -ge 16 ] || lines=16
        [ "$lines" -le 40 ] || lines=40
        [ -n "${NO_COLOR-}" ] || [ "${TERM-dumb}" = dumb ] || colour=ansi256
    fi
fi

# draw SCRIPT: 0, or 1 after saying what is wrong and what to do
draw() {
    script=$1
    if [ ! -f "$script" ]; then
        known=
        for other in "$(dirname "$script")"/*.gp; do
            [ ! -f "$other" ] || known="$known$(basename "$other" .gp) "
        done
        printf 'plot: error: there is no figure %s. %s\n' "$script" "${known:+Figures here: ${known% }}" >&2
        return 1
    fi
    setup="dir = $(quoted "$out")"
    if [ "$terminal" = yes ]; then
        setup="$setup; set terminal dumb size $columns,$lines $colour"
    else
        png=$out/$(basename "$script" .gp).png
        part=$png.part
        setup="$setup; set terminal pngcairo size 1200,750 font 'DejaVu Sans,17' background rgb 'white'"
        setup="$setup; set output $(quoted "$part")"
    fi
    status=0
    gnuplot -e "$setup" "$here/plot/style.gp" "$script" 2>"$messages" || status=$?
    missing=$(sed -n 's/.*Cannot find or open file "\(.*\)".*/\1/p' "$messages" | sort -u | head -n 1)
    if [ -n "$missing" ]; then
        printf 'plot: error: %s: it draws %s, which does not exist. Run: %s\n' "$script" "$missing" "$command" >&2
        return 1
    fi
    if [ "$status" -ne 0 ]; then
        printf 'plot: error: %s was not drawn. gnuplot says:\n' "$script" >&2
        grep -v '^[[:space:]]*$' "$messages" | sed 's/^/    /' >&2
        return 1
    fi
    if grep -q '[^[:space:]]' "$messages"; then
        printf 'plot: warning: %s: gnuplot says:\n' "$script" >&2
        grep -v '^[[:space:]]*$' "$messages" | sed 's/^/    /' >&2
    fi
    if [ "$terminal" = no ]; then
        mv "$part" "$png" || return 1
    fi
    part=
}

failed=0
for script in "$@"; do
    draw "$script" || failed=1
    [ -z "$part" ] || rm -f "$part"
    part=
done
exit "$failed"
