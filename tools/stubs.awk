# Cuts a solution down to its stub:  awk -f tools/stubs.awk solutions/01-linear-regression/loss.c
#
#     // BEGIN SOLUTION 01.2 mse_backward: the slope, added to dpred        // TODO 01.2 mse_backward: the slope, added to dpred
#     ...                                                            ->     todo("01.2 mse_backward");
#     // END SOLUTION
#
# "BEGIN SOLUTION 01.2 -" (a helper that only the solution needs) is cut to nothing.
function fail(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
    failed = 1
    exit 1
}
match($0, /\/\/ BEGIN SOLUTION/) {
    if (inside) fail("BEGIN SOLUTION inside a solution: END SOLUTION is missing above")
    inside = 1
    indent = substr($0, 1, RSTART - 1)
    text = substr($0, RSTART + RLENGTH + 1)
    if (text !~ /^[0-9][0-9]\.[0-9]+ (-$|[a-z][a-z0-9_]*: .)/)
        fail("a gap is named \"// BEGIN SOLUTION 01.2 function: what to do\" or \"// BEGIN SOLUTION 01.2 -\"")
    if (text ~ / -$/) next
    name = text
    sub(/:.*/, "", name)
    print indent "// TODO " text
    more = 1
    next
}
/\/\/ END SOLUTION/ {
    if (!inside) fail("END SOLUTION without BEGIN SOLUTION")
    if (name != "") print indent "todo(\"" name "\");"
    inside = more = 0
    name = ""
    next
}
inside && more && /^ *\/\/ / && $0 ~ /^ *\/\/   / { print; next }  # "//   ..." directly below: the reminder goes on
inside { more = 0; next }
$0 == "" && blank { next }  # a helper between two blank lines is gone, and leaves one of them
{ print; blank = $0 == "" }
END { if (inside && !failed) fail("END SOLUTION is missing") }
