# Weaves the text of a chapter with the code it talks about, and gives its figures captions.
#   awk -f tools/book/path.awk -f tools/book/weave.awk chapters/01-linear-regression/README.md
# Run from the top folder. Markdown in, markdown out. Two kinds of paragraph are replaced:
#   [`mse_backward`](../../labs/01-linear-regression/linreg.h)    by the function of that name, as it stands in that file:
#       comment and signature where the file is a header or has parts for the learner to write (so a solution's body is
#       never shown), and the whole function where the code is given. A struct or an enum is shown whole: [`struct rng`](…).
#       Several such links, one per line, make one listing.
#   ![Caption](figure.png)    by a figure with its caption.
# A name that is not in its file ends the program with status 1 after a message with file and line.

function fail(line, message) {
    printf "%s:%d: %s\n", FILENAME, line, message > "/dev/stderr"
    failed = 1
}

# Reads a source file into source[path, 1..length]; false if there is none.
function load(path,    line, n, status) {
    if (path in source_lines) return source_lines[path] > 0
    n = 0
    has_gaps[path] = 0
    while ((status = (getline line < path)) > 0) {
        source[path, ++n] = line
        if (line ~ /\/\/ (BEGIN SOLUTION|TODO [0-9])/) has_gaps[path] = 1
    }
    close(path)
    source_lines[path] = n
    return n > 0
}

# Does the learner write (parts of) this file? Then it has gaps, or a twin in solutions/ or kernels/.
function is_exercise(path,    twin) {
    twin = path
    return has_gaps[path] || path ~ /^solutions\// || path ~ /^kernels\/[0-9]/ || \
           (sub(/^labs\//, path ~ /[.]cuh?$/ ? "kernels/" : "solutions/", twin) && load(twin))
}

function is_comment(line) { return line ~ /^\/\// && line !~ /^\/\/ ((BEGIN|END) SOLUTION|TODO [0-9])/ }

# The line at which the function `name` is declared or, better where wanted, defined; 0: nowhere. Ours stand in column one.
function find_function(path, name, want_body,    i, j, line, before, found) {
    found = 0
    for (i = 1; i <= source_lines[path]; i++) {
        line = source[path, i]
        if (line !~ /^[A-Za-z_]/ || !match(line, "(^|[^A-Za-z0-9_])" name "\\(")) continue
        before = substr(line, 1, RSTART - 1)
        gsub(/__(launch_bounds|cluster_dims)__\([^)]*\)/, "", before)
        if (before ~ /[=(]/ || line ~ /^(return|else|if|while|for|switch)[^A-Za-z0-9_]/) continue
        j = i
        if (line ~ "^" name "\\(") {  # the type stands alone on the line above
            if (i == 1 || source[path, i - 1] !~ /^[A-Za-z_][A-Za-z0-9_ *]*$/) continue
            j = i - 1
        }
        if (found == 0) found = j
        if (!want_body) return j
        while (i < source_lines[path] && source[path, i] !~ /[;{]/) i++
        if (source[path, i] ~ /[{]/) return j
    }
    return found
}

function find_type(path, name,    i) {
    for (i = 1; i <= source_lines[path]; i++)
        if (source[path, i] ~ "^(typedef )?" name "( .*)?[{]?$" && source[path, i] ~ /[{]/) return i
    return 0
}

# The comment above line `first`. In a header, declarations without an empty line between them share one. A section's title
# ("// ---- x.c: ... ----") is no part of it.
function comment_above(path, first,    i, last, text) {
    i = first - 1
    if (path ~ /[.](h|cuh)$/)
        while (i >= 1 && source[path, i] !~ /^([ \t]*$|#)/ && !is_comment(source[path, i])) i--
    last = i
    while (i >= 1 && is_comment(source[path, i]) && source[path, i] !~ /^\/\/ ---/) i--
    for (i++; i <= last; i++) text = text source[path, i] "\n"
    return text
}

# The text of the function or type `name`, or ""; sets extracted_at to its first line.
function extract(path, name,    first, i, line, text, bare, type) {
    type = name ~ /^(struct|enum|union) /
    bare = !type && (path ~ /[.](h|cuh)$/ || is_exercise(path))
    first = type ? find_type(path, name) : find_function(path, name, !bare)
    if (first == 0) return ""
    extracted_at = first
    text = comment_above(path, first)
    for (i = first; i <= source_lines[path]; i++) {
        line = source[path, i]
        if (bare && line ~ /[{]/) {
            sub(/[ \t]*[{].*/, ";", line)
            if (line == ";") sub(/\n$/, "", text)
            return text line "\n"
        }
        text = text line "\n"
        if (bare && line ~ /;/) return text
        # a definition ends at the brace in column one, or on its own line
        if (line ~ /^}/ || line ~ /[{].*};?[ \t]*$/) return text
        if (!type && i == first && line ~ /;[ \t]*(\/\/.*)?$/ && line !~ /[{]/) return text
    }
    return text
}

# One line of a weave paragraph: sets want_name and want_path.
function weave_link(line,    close_at) {
    if (line !~ /^\[`(struct |enum |union )?[A-Za-z_][A-Za-z0-9_]*(\(\))?`\]\([^() ]+[.](c|h|cu|cuh)\)$/) return 0
    close_at = index(line, "`](")
    want_name = substr(line, 3, close_at - 3)
    sub(/\(\)$/, "", want_name)
    want_path = substr(line, close_at + 3, length(line) - close_at - 3)
    return 1
}

function flush_paragraph(    i, all, path, shown, text, code) {
    if (lines == 0) return
    all = 1
    for (i = 1; i <= lines && all; i++) all = weave_link(paragraph[i])
    if (all) {
        shown = ""
        for (i = 1; i <= lines; i++) {
            weave_link(paragraph[i])
            path = resolve(folder, want_path)
            if (!load(path)) {
                fail(first_line + i - 1, "there is no source file " path)
                continue
            }
            code = extract(path, want_name)
            if (code == "") {
                fail(first_line + i - 1, "`" want_name "` is not in " path)
                continue
            }
            if (path != shown) {
                if (shown != "") print "```\n\n</div>\n"
                printf "<div class=\"woven\">\n\n[`%s`](%s#L%d)\n\n```%s\n", path, want_path, extracted_at,
                    path ~ /[.]cuh?$/ ? "cpp" : "c"
                shown = path
            } else {
                print ""
            }
            printf "%s", code
        }
        if (shown != "") print "```\n\n</div>"
    } else if (lines == 1 && paragraph[1] ~ /^!\[.*\]\([^() ]+\)$/) {
        text = paragraph[1]
        match(text, /\]\([^() ]+\)$/)
        text = substr(text, 3, RSTART - 3)
        printf "<figure>\n\n%s\n\n<figcaption>\n\n%s\n\n</figcaption>\n\n</figure>\n", paragraph[1], text
    } else {
        for (i = 1; i <= lines; i++) print paragraph[i]
    }
    lines = 0
}

FNR == 1 {
    folder = folder_of(FILENAME)
}

# Inside fenced code nothing is a link.
/^ *(```|~~~)/ {
    if (!fenced) flush_paragraph()
    fenced = !fenced
    print
    next
}
fenced { print; next }
/^[ \t]*$/ {
    flush_paragraph()
    print
    next
}
{
    if (lines == 0) first_line = FNR
    paragraph[++lines] = $0
}
END {
    flush_paragraph()
    exit failed
}
