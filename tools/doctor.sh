#!/bin/sh
# tools/doctor.sh: what this machine has of what the course needs (tools/needs.txt), what each thing is for and what works
# without it; the data; processor, memory and disk. Exit status 0 if what the labs need is here. Run by `make doctor`.
set -u
[ -e tools/needs.txt ] || { echo "doctor: run this from the course's top folder" >&2; exit 2; }
. tools/needs.sh
CC=${CC:-gcc}
command -v "$CC" >/dev/null || CC=gcc
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
missing=  # of what the labs need
lacking=  # of what demos and figures need

row() { printf '  %-8s %-38s %s\n' "$1" "$2" "$3"; }

macro() { # macro HEADER NAME: the value of a version macro
    printf '#include <%s>\n%s\n' "$1" "$2" | "$CC" -E -P - 2>/dev/null | tail -n 1 | tr -d '"'
}

version() { # version PROBE PACKAGE: "12.2.0", or nothing
    case $1 in
        header:zlib.h) macro zlib.h ZLIB_VERSION ;;
        header:jansson.h) macro jansson.h JANSSON_VERSION ;;
        command:gnuplot) gnuplot --version ;;
        command:nvcc) nvcc --version | sed -n 's/.*release/release/p' ;;
        command:*) "${1#command:}" --version ;;
        header:*) dpkg-query -W -f '${Version}' "$2" ;;
    esac 2>/dev/null </dev/null | sed -n -e 's/^[^0-9]*\([0-9][0-9]*[.][0-9.]*\).*/\1/p' | head -n 1
}

show_level() { # show_level LEVEL: a row for each of its needs
    needed "$1" >"$scratch/lines"
    while IFS= read -r line; do
        name=$(field "$line" 2)
        probe=$(field "$line" 3)
        if present "$probe"; then
            row ok "$name $(version "$probe" "$(field "$line" 4)")" "$(field "$line" 8)"
        else
            row "$2" "$name" "$(field "$line" 8); without it: $(field "$line" 9)"
            case $1 in
                learn) missing="$missing $name," ;;
                show) lacking="$lacking $name," ;;
            esac
        fi
    done <"$scratch/lines"
}

# Headers may be there while linking fails (a half-installed compiler): one real program, with all that graders link.
check_build() {
    cat >"$scratch/try.c" <<'END'
#include <omp.h>
#include <stdio.h>
int main(void) {
    printf("%d\n", omp_get_max_threads());
    return 0;
}
END
    if "$CC" -std=c11 -march=native -fopenmp "$scratch/try.c" -o "$scratch/try" 2>"$scratch/errors" &&
        threads=$("$scratch/try" 2>>"$scratch/errors"); then
        row ok "OpenMP, $threads threads" "programs run on several cores; OMP_NUM_THREADS=1 for one"
    else
        row MISSING "OpenMP" "a C program with -fopenmp does not build or run here:"
        sed 's/^/             /' "$scratch/errors" | head -n 5
        missing="$missing OpenMP,"
    fi
}

sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; }

check_data() {
    folder=${DAYBREAK_DATA:-datasets/real}
    [ -e datasets/SHA256SUMS ] || { row missing "datasets/SHA256SUMS" "take it from the repository again"; return; }
    while read -r sum file; do
        if [ -e "$folder/$file" ]; then
            found=$(sha256 <"$folder/$file")
        elif [ -e "$folder/$file.gz" ]; then
            found=$(gzip -dc "$folder/$file.gz" 2>/dev/null | sha256)
        else
            row missing "$file" "make datasets fetches it"
            lacking="$lacking data,"
            continue
        fi
        if [ "${found%% *}" = "$sum" ]; then
            row ok "$file" "as published"
        else
            row DAMAGED "$file" "its SHA-256 is not the one in datasets/SHA256SUMS: make datasets fetches it again"
            lacking="$lacking data,"
        fi
    done <datasets/SHA256SUMS
}

show_machine() {
    cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo '?')
    echo "  system   $(uname -sm)$(sed -n 's/^PRETTY_NAME="\(.*\)"/, \1/p' /etc/os-release 2>/dev/null)"
    if [ -r /proc/cpuinfo ]; then
        model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
        simd=
        for feature in avx2 fma avx512f avx512_bf16 amx_tile asimd sve; do
            grep -m 1 -E '^(flags|Features)' /proc/cpuinfo | grep -qw "$feature" && simd="$simd $feature"
        done
        memory="$(awk '/^MemTotal/ { printf "%.0f", $2 / 1e6 }' /proc/meminfo) GB"
    else
        model=$(sysctl -n machdep.cpu.brand_string 2>/dev/null)
        simd=
        memory="$(sysctl -n hw.memsize 2>/dev/null | awk '{ printf "%.0f", $1 / 1e9 }') GB"
    fi
    echo "  cpu      ${model:-unknown}, $cores cores, $memory of memory"
    echo "  simd    ${simd:- none that we know: programs work, slower}"
    free=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
    echo "  disk     $free MB free here"
    if [ "$free" -lt 500 ]; then echo "           that is little: keep 500 MB for build/ and datasets/real/"; fi
}

echo "needed by the labs"
show_level learn MISSING
check_build
echo "needed by demos, figures and make test"
show_level show missing
echo "optional: book and slides (make setup-docs)"
show_level docs -
echo "optional: for those who change the course"
show_level check -
echo "optional: a GPU"
show_level gpu -
echo "data (${DAYBREAK_DATA:-datasets/real})"
check_data
echo "this machine"
show_machine
echo
if [ -n "$missing" ]; then
    echo "The labs need what is missing:${missing%,}. Run: make setup"
    exit 1
fi
if [ -n "$lacking" ]; then
    echo "The labs can be done. For demos, figures or tests something is missing:$(printf '%s' "${lacking%,}" |
        awk -v RS=, '!seen[$0]++ { printf "%s%s", sep, $0; sep = "," }'). Run: make setup"
else
    echo "All that labs, demos and figures need is here."
fi
