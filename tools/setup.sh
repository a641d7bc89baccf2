#!/bin/sh
# tools/setup.sh                 installs what learning and testing need (tools/needs.txt), then gets the data
# tools/setup.sh install PKG...  installs those Debian packages that are missing
# Asks at most once, and not at all where nobody can answer (no terminal, or CI set). Run by `make setup`.
set -u
log=build/setup.log

[ -e tools/needs.txt ] || { echo "setup: error: run this from the course's top folder" >&2; exit 2; }
. tools/needs.sh

say() { printf 'setup: %s\n' "$*"; }
give_up() {
    printf 'setup: error: %s\n' "$*" >&2
    exit 1
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# missing_lines: those needed lines whose probe fails
missing_lines() {
    needed learn show | while IFS= read -r line; do
        present "$(field "$line" 3)" || printf '%s\n' "$line"
    done
}

explain_without_apt() { # explain_without_apt LINES
    echo "setup: this system has no apt-get. Missing here, with their usual names elsewhere:"
    printf '%s\n' "$1" | awk -F ' *[|] *' '
        BEGIN { printf "  %-18s %-18s %-14s %-14s %s\n", "", "dnf", "pacman", "brew", "what for" }
        { printf "  %-18s %-18s %-14s %-14s %s\n", $2, $5, $6, $7, $8 }'
    echo "Where it says \"-\": Criterion is built from github.com/Snaipe/Criterion; for data, make datasets says what to put where."
    echo "Install them, then run make setup again; make doctor shows what is there."
}

# as_root COMMAND...: through sudo where we are not root
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# logged WHAT COMMAND...: runs it with its output in the log, and says how long it took
logged() {
    what=$1
    shift
    began=$(date +%s)
    printf 'setup: %s ... ' "$what"
    printf '\n== %s\n' "$*" >>"$log"
    if "$@" >>"$log" 2>&1 </dev/null; then
        echo "done ($(($(date +%s) - began)) s)"
    else
        echo "failed"
        return 1
    fi
}

# agree PACKAGES: the one confirmation. sudo's question for the password is one already.
agree() {
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            give_up "installing needs root and there is no sudo. As root: apt-get install --no-install-recommends $1"
        if sudo -n true </dev/null 2>/dev/null; then needs_password=; else needs_password=yes; fi
        if [ -n "$needs_password" ]; then
            sudo -p 'setup: your password, for sudo (Ctrl-C stops): ' -v ||
                give_up "sudo refused. As root: apt-get install --no-install-recommends $1"
            return
        fi
    fi
    if [ ! -t 0 ] || [ -n "${CI:-}" ]; then return; fi
    printf 'setup: go on? [Y/n] '
    read -r answer || answer=n
    case $answer in
        '' | [Yy]*) ;;
        *) give_up "stopped, nothing was installed" ;;
    esac
}

# download_size PACKAGES: " (55 MB to fetch, with what they depend on)", or nothing while the package lists do not know
download_size() {
    # shellcheck disable=SC2086  # $1 is a list
    apt-get -qq -y --print-uris install --no-install-recommends $1 2>/dev/null </dev/null | awk '
        /^.http/ { bytes += $3 } END { if (bytes) printf " (%.0f MB to fetch, with what they depend on)", bytes / 1e6 + 0.5 }'
}

update_lists() { logged "apt-get update" as_root apt-get -q -o DPkg::Lock::Timeout=120 update; }

install_packages() { # install_packages PACKAGES: one string, names separated by spaces
    packages=$1
    mkdir -p build || give_up "cannot make the folder build"
    : >"$log" || give_up "cannot write $log"
    agree "$packages"
    # Lists may be absent (a fresh system), or too old to know a package.
    # shellcheck disable=SC2086  # $packages is a list
    apt-get -s install --no-install-recommends $packages </dev/null >/dev/null 2>&1 || update_lists ||
        say "going on with the package lists that are here"
    for try in 1 2; do
        # shellcheck disable=SC2086
        logged "apt-get install $packages" as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
            -o DPkg::Lock::Timeout=120 install --no-install-recommends $packages && return
        if [ "$try" = 1 ]; then update_lists || say "that failed too; one more try"; fi
    done
    tail -n 15 "$log" >&2
    give_up "apt-get failed twice; its output is in $log. By hand: apt-get install --no-install-recommends $packages"
}

install_named() { # install_named PKG...
    command -v apt-get >/dev/null || give_up "this system has no apt-get; install the equivalents of: $*"
    missing=
    for package; do installed "$package" || missing="$missing $package"; done
    missing=${missing# }
    if [ -z "$missing" ]; then
        say "nothing to install: $* already here"
        return
    fi
    say "to be installed with apt-get$(download_size "$missing"): $missing"
    install_packages "$missing"
}

install_needed() {
    lines=$(missing_lines)
    if [ -z "$lines" ]; then
        say "nothing to install"
        return
    fi
    if ! command -v apt-get >/dev/null; then
        lines=$(printf '%s\n' "$lines" | awk -F ' *[|] *' '$3 !~ /^file:/')
        [ -z "$lines" ] && return
        explain_without_apt "$lines" >&2
        exit 1
    fi
    packages=$(printf '%s\n' "$lines" | awk -F ' *[|] *' '{ printf "%s%s", sep, $4; sep = " " }')
    say "to be installed with apt-get$(download_size "$packages"):"
    printf '%s\n' "$lines" | awk -F ' *[|] *' '{ printf "  %-22s %s\n", $4, $8 }'
    install_packages "$packages"
    lines=$(missing_lines)
    [ -z "$lines" ] || give_up "still missing after the installation: $(printf '%s\n' "$lines" |
        awk -F ' *[|] *' '{ printf "%s%s", sep, $2; sep = ", " }'); see $log and make doctor"
}

case ${1:-} in
    '')
        install_needed
        sh datasets/get.sh || exit 1
        ;;
    install)
        shift
        [ $# -gt 0 ] || { echo "usage: tools/setup.sh [install PKG...]" >&2; exit 2; }
        install_named "$@"
        ;;
    *)
        echo "usage: tools/setup.sh [install PKG...]" >&2
        exit 2
        ;;
esac
