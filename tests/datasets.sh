#!/bin/sh
# datasets/get.sh on two small files made up here, in build/datasets-test/, without the network: what is right stays, what is
# damaged is named and replaced, and what cannot be had is explained. apt-get is a stand-in that copies a package made here.
# Prints "ok datasets: NAME" or "not ok datasets: NAME: why". Part of make test.
set -u
root=$(pwd)
course=$root/build/datasets-test
unset DAYBREAK_DATA

# ---- the harness ----------------------------------------------------------------------------------------------------
# A test is a function of steps joined by &&; the step that fails prints why.

check() { # check NAME FUNCTION
    make_course
    if why=$(cd "$course" && "$2" 2>&1); then
        echo "ok datasets: $1"
    else
        printf '%s\n' "$why" | sed 's/^/# /'
        echo "not ok datasets: $1: $(printf '%s\n' "$why" | head -n 1)"
    fi
}

get() { # get STATUS: runs get.sh with the stand-ins of bin/ before everything else; its output goes to out
    PATH="$course/bin:$PATH" sh datasets/get.sh >out 2>&1 </dev/null
    got=$?
    [ "$got" = "$1" ] && return
    echo "exit status $got, not $1:"
    cat out
    return 1
}

says() { # says TEXT
    grep -qF -e "$1" out && return
    echo "does not say '$1' but:"
    cat out
    return 1
}

silent_on() { # silent_on TEXT
    grep -qF -e "$1" out || return 0
    echo "says '$1':"
    cat out
    return 1
}

holds() { # holds FILE TEXT
    [ "$(cat "$1" 2>/dev/null)" = "$2" ] && return
    echo "$1 does not hold '$2'"
    return 1
}

clean() { # nothing but the two folders is left in datasets/real
    [ "$(ls -A datasets/real)" = "$(printf 'fashion-mnist\nsklearn')" ] && return
    echo "left in datasets/real: $(ls -A datasets/real)"
    return 1
}

# ---- the course and its apt-get ---------------------------------------------------------------------------------------

make_course() {
    rm -rf "$course"
    mkdir -p "$course/datasets/real/fashion-mnist" "$course/datasets/real/sklearn" "$course/bin"
    # Packages that are really installed here are not to be found.
    sed 's#usr/share/datasets#nowhere/datasets#; s#usr/lib/python3#nowhere/python3#
        s#usr/lib/bible#nowhere/bible#; s#usr/share/games#nowhere/games#' datasets/get.sh >"$course/datasets/get.sh"
    (
        cd "$course/datasets/real" || exit
        echo pictures >fashion-mnist/t10k-labels-idx1-ubyte
        echo flowers >sklearn/iris.csv
        sha256sum */* >../SHA256SUMS
    )
}

# package NAME FOLDER FILE TEXT: makes bin/NAME.deb with one compressed file
package() {
    mkdir -p "pack/DEBIAN" "pack/nowhere/$2" && printf '%s\n' "$4" | gzip >"pack/nowhere/$2/$3.gz" &&
        printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: none <none@localhost>\nDescription: none\n' "$1" \
            >pack/DEBIAN/control && dpkg-deb -b pack "bin/$1.deb" >/dev/null && rm -r pack
}

packages() {
    package dataset-fashion-mnist datasets/fashion-mnist t10k-labels-idx1-ubyte pictures &&
        package python3-sklearn python3/dist-packages/sklearn/datasets/data iris.csv flowers
}

# apt_get FIRST: a stand-in that serves the packages. With FIRST=fail only with lists of get.sh's own; never, if "never"
apt_get() {
    cat >bin/apt-get <<END
#!/bin/sh
echo "apt-get \$*" >>"$course/calls"
case "$1 \$*" in
    never*) echo "E: the network is down" >&2; exit 100 ;;
    fail*State::lists*) ;;
    fail*) exit 100 ;;
esac
for package; do :; done
[ "\$package" = update ] || cp "$course/bin/\$package.deb" .
END
    chmod +x bin/apt-get
}

# ---- what must hold -------------------------------------------------------------------------------------------------

nothing_to_do() {
    apt_get never && get 0 && says "all 2 files are in datasets/real and right" && clean && [ ! -e calls ] &&
        [ "$(wc -l <out)" -eq 1 ] || { echo "more than one line, or apt-get was called"; return 1; }
}
damaged() {
    apt_get "" && packages && echo more >>datasets/real/sklearn/iris.csv && get 0 &&
        says "datasets/real/sklearn/iris.csv is damaged (sha256 " && says "sklearn, from the package python3-sklearn: iris.csv" &&
        silent_on fashion-mnist, && holds datasets/real/sklearn/iris.csv flowers && clean
}
missing() {
    rm -r datasets/real && apt_get "" && packages && get 0 && silent_on damaged &&
        holds datasets/real/sklearn/iris.csv flowers && holds datasets/real/fashion-mnist/t10k-labels-idx1-ubyte pictures && clean
}
own_lists() {
    rm -r datasets/real && apt_get fail && packages && get 0 && says "once more with fresh lists of our own" &&
        holds datasets/real/sklearn/iris.csv flowers && clean
}
network_down() {
    echo more >>datasets/real/sklearn/iris.csv && apt_get never && get 1 && says "E: the network is down" &&
        says "please put these files in place" && says "  datasets/real/sklearn/iris.csv" && says "2734 bytes unpacked" &&
        says "https://github.com/scikit-learn/scikit-learn/raw/" && silent_on "  datasets/real/fashion-mnist" && clean
}
wrong_package() {
    rm datasets/real/sklearn/iris.csv && apt_get "" && packages &&
        package python3-sklearn python3/dist-packages/sklearn/datasets/data iris.csv weeds && get 1 &&
        says "does not hold what it should, and is not used" && [ ! -e datasets/real/sklearn/iris.csv ] && clean
}
laid_beside() {
    apt_get never && rm datasets/real/sklearn/iris.csv && echo flowers | gzip >datasets/real/sklearn/iris.csv.gz && get 0 &&
        says "sklearn, from datasets/real/sklearn: iris.csv" && holds datasets/real/sklearn/iris.csv flowers && clean &&
        [ ! -e calls ]
}
without_apt() {
    for tool in sh awk sha256sum cut cp gzip tr wc mktemp mkdir rm mv chmod grep dirname id tail; do
        ln -s "$(command -v $tool)" "bin/$tool"
    done
    rm datasets/real/sklearn/iris.csv && PATH="$course/bin" sh datasets/get.sh >out 2>&1 && {
        echo "succeeds without the data"
        return 1
    }
    says "this system has no apt-get" && says "  datasets/real/sklearn/iris.csv" && clean
}
chosen_folder() {
    mv datasets/real shared && echo more >>shared/sklearn/iris.csv && apt_get "" && packages &&
        DAYBREAK_DATA=$course/shared && export DAYBREAK_DATA && get 0 && holds shared/sklearn/iris.csv flowers &&
        says "in $course/shared and right" && [ ! -e datasets/real ]
}

# A packed Bible of one window: two verses, every letter a code of 9 bits.
bible_data() {
    head -c 88 /dev/zero
    printf '\000\000\000\001\000\000\000\144\000\000\000'
    printf '\234'
    printf '\124\322\320\141\123\106\301\221\062\061\164\304\000\221\304\015\010\072\150\312\200\020\123\346\114\032\067\156'
    printf '\322\270\071\243\340\110\231\030\072\144\200\010\342\206\014\010\072\150\312\200\050\023\106\016\035\064\012\000'
}
texts() {
    apt_get never && mkdir datasets/real/texts && printf 'In the beginning\nAnd the earth\n' >king &&
        printf '春眠\n\n不觉\n' >poems &&
        echo "$(sha256sum <king | cut -c 1-64)  texts/king-james.txt" >>datasets/SHA256SUMS &&
        echo "$(sha256sum <poems | cut -c 1-64)  texts/tang.txt" >>datasets/SHA256SUMS &&
        bible_data >datasets/real/texts/bible.data &&
        printf '\033[32m春眠\033[m\n%%\n不觉\n' >datasets/real/texts/tang300 && get 0 &&
        says "texts, from datasets/real/texts: king-james.txt" && says "texts, from datasets/real/texts: tang.txt" &&
        says "all 4 files are" && cmp king datasets/real/texts/king-james.txt && cmp poems datasets/real/texts/tang.txt
}
texts_damaged() {
    apt_get never && mkdir datasets/real/texts && echo king >king &&
        echo "$(sha256sum <king | cut -c 1-64)  texts/king-james.txt" >>datasets/SHA256SUMS &&
        bible_data | tail -c 60 >datasets/real/texts/bible.data && get 1 && says "does not hold what it should" &&
        says "  datasets/real/texts/king-james.txt" && says "put that file there, as bible.data" &&
        [ ! -e datasets/real/texts/king-james.txt ]
}

check "files that are right stay, in one line" nothing_to_do
check "the King James text and the Tang poems are unpacked from files laid beside" texts
check "a packed text that is damaged is refused" texts_damaged
check "a file laid beside as .gz is unpacked" laid_beside
check "without apt, says which file to put where" without_apt
check "an apt-get that fails is shown, and what to do by hand" network_down
if command -v dpkg-deb >/dev/null; then
    check "a damaged file is named and fetched again" damaged
    check "missing folders are filled" missing
    check "absent package lists are replaced by lists of its own" own_lists
    check "a package with other data is refused" wrong_package
    check "DAYBREAK_DATA chooses the folder" chosen_folder
else
    echo "ok datasets: packages # skipped: this system has no dpkg-deb"
fi
rm -rf "$course"
