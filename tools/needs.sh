# Read with `.` by setup.sh and doctor.sh, which run from the top folder: the lines of tools/needs.txt.
# shellcheck shell=sh

needed() { # needed LEVEL...: the lines with these levels
    for level; do grep "^$level |" tools/needs.txt; done
}

field() { printf '%s\n' "$1" | awk -F ' *[|] *' -v n="$2" '{ print $n }'; } # field LINE N

present() { # present PROBE
    case $1 in
        command:*) command -v "${1#command:}" >/dev/null ;;
        header:*) printf '#include <%s>\n' "${1#header:}" | "${CC:-gcc}" -E - >/dev/null 2>&1 ;;
        file:*) # any of PATH:PATH
            for path in $(printf '%s' "${1#file:}" | tr : ' '); do
                if [ -e "$path" ]; then return; fi
            done
            return 1
            ;;
    esac
}
