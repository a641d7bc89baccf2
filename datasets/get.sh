#!/bin/sh
# Puts the real data sets into datasets/real/, or into $DAYBREAK_DATA where that is set. Run by `make datasets`.
# Files that are there and right (SHA256SUMS) stay. The others come from Debian packages: installed ones, else downloaded
# and unpacked beside the data, without root and without installing anything. Where there is no apt, says which file to
# put where. Every file arrives whole (a temporary name, checked, then renamed) or not at all.
set -u

say() { printf 'datasets: %s\n' "$*"; }
give_up() {
    printf 'datasets: error: %s\n' "$*" >&2
    exit 1
}

cd "$(dirname "$0")/.." || exit 1
sums=datasets/SHA256SUMS
data=${DAYBREAK_DATA:-datasets/real}

sha256() { # sha256 FILE
    if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d ' ' -f 1
}

expected() { awk -v name="$1" '$2 == name { print $1 }' "$sums"; }

names() { awk -v set="${1:-}/" 'index($2, set) == 1 || set == "/" { print $2 }' "$sums"; } # names [SET]: fashion-mnist/..

right() { [ -f "$data/$1" ] && [ "$(sha256 "$data/$1")" = "$(expected "$1")" ]; }

wrong_names() { # wrong_names [SET]: those that are missing or damaged
    for name in $(names "${1:-}"); do right "$name" || echo "$name"; done
}

summary() {
    say "all $(names | wc -l | tr -d ' ') files are in $data and right: Fashion-MNIST, diabetes, iris, wine, breast cancer, digits, King James, Tang poems"
}

# place FILE NAME: copies FILE, or what is packed in FILE.gz, to NAME's place, if the content is right
place() {
    case $1 in
        *.gz) gzip -dc "$1" >"$tmp/file" 2>/dev/null ;;
        *) cp "$1" "$tmp/file" ;;
    esac
    if [ "$(sha256 "$tmp/file")" != "$(expected "$2")" ]; then
        say "$1 does not hold what it should, and is not used"
        return 1
    fi
    mkdir -p "$data/${2%/*}" && chmod 644 "$tmp/file" && mv -f "$tmp/file" "$data/$2"
}

# place_set SET FOLDER ORIGIN: places from FOLDER every wrong file of the set that is there, and says which
place_set() {
    placed=
    for name in $(wrong_names "$1"); do
        for file in "$2/${name#*/}" "$2/${name#*/}.gz"; do
            # A wrong file in its own place was reported already.
            if [ "$file" = "$data/$name" ] || [ ! -f "$file" ]; then continue; fi
            place "$file" "$name" && placed="$placed ${name#*/}" && break
        done
    done
    [ -z "$placed" ] || say "$1, from $3:$placed"
}

# apt COMMAND...: apt-get, quiet, with its messages in the log. As root without its sandbox user, who may not write here.
apt() {
    if [ "$(id -u)" = 0 ]; then set -- -o APT::Sandbox::User=root "$@"; fi
    apt-get -q "$@" >>"$tmp/log" 2>&1 </dev/null
}

# unpack PACKAGE: downloads and unpacks it into $tmp/PACKAGE
unpack() {
    mkdir -p "$tmp/$1" "$tmp/lists/partial" "$tmp/cache/archives/partial"
    say "getting the package $1 with apt-get"
    (cd "$tmp/$1" && apt download "$1") || unpack_retry "$1" || return 1
    dpkg-deb -x "$tmp/$1"/*.deb "$tmp/$1" >>"$tmp/log" 2>&1
}

# The system's package lists may be absent or old, and only root may renew them: the same with lists of our own.
unpack_retry() {
    say "not there by the system's package lists; once more with fresh lists of our own"
    apt -o "Dir::State::lists=$tmp/lists" -o "Dir::Cache=$tmp/cache" update
    (cd "$tmp/$1" && apt -o "Dir::State::lists=$tmp/lists" -o "Dir::Cache=$tmp/cache" download "$1")
}

# get_set SET PACKAGE FOLDER: from compressed files laid beside, the installed package, or the downloaded one
get_set() {
    place_set "$1" "$data/$1" "$data/$1"
    place_set "$1" "/$3" "the installed package $2"
    [ -n "$(wrong_names "$1")" ] && command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return
    if unpack "$2"; then
        place_set "$1" "$tmp/$2/$3" "the package $2"
    else
        tail -n 5 "$tmp/log" >&2
    fi
}

# king_james FILE: the text that Debian's bible.data packs. A table, numbers of 4 bytes, the highest first: at 88 how many
# windows of 64 KiB there are, from 92 on where each starts, and the end. Every window is a stream of compress(1) without
# its three first bytes. The first line is a title, and every verse starts with its place: Ge1:1.
king_james() {
    windows=$(big_endian "$1" 88)
    case $windows in '' | *[!0-9]* | ????*) return 1 ;; esac
    printf '\037\235\220' >"$tmp/magic"
    i=0
    while [ "$i" -lt "$windows" ]; do
        start=$(big_endian "$1" $((92 + 4 * i)))
        end=$(big_endian "$1" $((96 + 4 * i)))
        { cat "$tmp/magic" && tail -c +$((start + 1)) "$1" | head -c $((end - start)); } | gzip -dc
        i=$((i + 1))
    done | sed -e 1d -e 's/^[^ ]* //'
}
big_endian() { od -An -v -t u1 -j "$2" -N 4 "$1" | awk '{ print (($1 * 256 + $2) * 256 + $3) * 256 + $4 }'; }

# tang FILE: the poems of fortunes-zh without their colours, an empty line between two
tang() { LC_ALL=C sed -e "s/$(printf '\033')\\[[0-9;]*m//g" -e 's/^%$//' "$1"; }

# make_text NAME PACKED ORIGIN: places the text made from the file PACKED, where there is one
make_text() {
    if right "texts/$1" || [ ! -f "$2" ]; then return; fi
    case $1 in
        king-james.txt) king_james "$2" ;;
        tang.txt) tang "$2" ;;
    esac >"$tmp/$1" 2>>"$tmp/log"
    place "$tmp/$1" "texts/$1" && say "texts, from $3: $1"
}

# get_text NAME PACKAGE FILE: from the text or the packed file laid beside, the installed package, or the downloaded one
get_text() {
    wrong_names texts | grep -qx "texts/$1" || return
    place_set texts "$data/texts" "$data/texts"
    make_text "$1" "$data/texts/${3##*/}" "$data/texts"
    make_text "$1" "/$3" "the installed package $2"
    if right "texts/$1" || ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then return; fi
    if unpack "$2"; then
        make_text "$1" "$tmp/$2/$3" "the package $2"
    else
        tail -n 5 "$tmp/log" >&2
    fi
}

# size and origin of NAME, for those who fetch it by hand
size_of() {
    case $1 in
        */train-images*) echo 47040016 ;;
        */train-labels*) echo 60008 ;;
        */t10k-images*) echo 7840016 ;;
        */t10k-labels*) echo 10008 ;;
        */diabetes_data_raw*) echo 19733 ;;
        */diabetes_target*) echo 11050 ;;
        */iris*) echo 2734 ;;
        */wine*) echo 11157 ;;
        */breast*) echo 119913 ;;
        */digits*) echo 264712 ;;
        */king-james*) echo 4137850 ;;
        */tang*) echo 83606 ;;
    esac
}
origin_of() {
    case $1 in
        fashion-mnist/*) echo "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/${1#*/}.gz" ;;
        */king-james*) echo "usr/lib/bible.data in the Debian package bible-kjv-text (4.38): put that file there, as bible.data" ;;
        */tang*) echo "usr/share/games/fortunes/tang300 in the Debian package fortunes-zh (2.98): put that file there, as tang300" ;;
        */diabetes* | */digits*) echo "https://github.com/scikit-learn/scikit-learn/raw/1.4.2/sklearn/datasets/data/${1#*/}.gz" ;;
        *) echo "https://github.com/scikit-learn/scikit-learn/raw/1.4.2/sklearn/datasets/data/${1#*/}" ;;
    esac
}

explain_by_hand() {
    echo "datasets: please put these files in place, then run make datasets again (a file as it comes, ending in .gz, will do):"
    for name in $(wrong_names); do
        printf '  %s\n      %s bytes unpacked, sha256 %s\n      from %s\n' "$data/$name" "$(size_of "$name")" \
            "$(expected "$name")" "$(origin_of "$name")"
    done
}

[ -r "$sums" ] || give_up "$sums is missing: the course's folder is incomplete"
command -v sha256sum >/dev/null || command -v shasum >/dev/null || give_up "no sha256sum here; install coreutils"
wrong=$(wrong_names)
if [ -z "$wrong" ]; then
    summary
    exit
fi
for name in $wrong; do
    if [ -e "$data/$name" ]; then
        say "$data/$name is damaged (sha256 $(sha256 "$data/$name"), expected $(expected "$name")); getting it again"
    fi
done
mkdir -p "$data" || give_up "cannot make the folder $data"
tmp=$(mktemp -d "$data/.get.XXXXXX") || give_up "cannot write to $data"
tmp=$(cd "$tmp" && pwd -P)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP PIPE
: >"$tmp/log"
get_set fashion-mnist dataset-fashion-mnist usr/share/datasets/fashion-mnist
get_set sklearn python3-sklearn usr/lib/python3/dist-packages/sklearn/datasets/data
get_text king-james.txt bible-kjv-text usr/lib/bible.data
get_text tang.txt fortunes-zh usr/share/games/fortunes/tang300
if [ -n "$(wrong_names)" ]; then
    command -v apt-get >/dev/null || echo "datasets: this system has no apt-get, so the data cannot be fetched from here." >&2
    explain_by_hand >&2
    exit 1
fi
summary
