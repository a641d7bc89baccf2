# Mends what pandoc writes as MathML where browsers (MathML Core) would show it badly. HTML in, HTML out; every formula up
# to its <annotation stands on one line (pandoc --wrap=none).
#   - \mathrm{softmax}: a word of single italic letters becomes one upright word.
#   - \hat y: a combining accent, which browsers place by luck, becomes an accent of its own; the bars of a
#     norm are bars, not the sign for parallel lines.
#   - f(x): a parenthesis that may stretch gets extra space; where nothing inside is tall, it need not stretch.
#   - 2 · (−3): a minus after a sign or at the start belongs to its number, without the space of a subtraction.
#   - \Big( has its size, and a formula stays on one line with the comma after it.
#   - aligned lines are displayed formulas, with full-size fractions.

function upright_words(text,    head, word) {
    head = ""
    while (match(text, /<mstyle mathvariant="normal">(<mi>[^<]*<\/mi>)+<\/mstyle>/)) {
        word = substr(text, RSTART, RLENGTH)
        head = head substr(text, 1, RSTART - 1)
        text = substr(text, RSTART + RLENGTH)
        gsub(/<[^>]*>/, "", word)
        head = head "<mi mathvariant=\"normal\">" word "</mi>"
    }
    return head text
}

function accents(text) {
    gsub(/<\/mrow><mo accent="true">̂<\/mo>/, "</mrow><mo accent=\"true\">^</mo>", text)  # \widehat stretches
    gsub(/<mo accent="true">̂<\/mo>/, "<mo accent=\"true\" stretchy=\"false\">^</mo>", text)
    gsub(/<mo accent="true">̃<\/mo>/, "<mo accent=\"true\" stretchy=\"false\">˜</mo>", text)
    gsub(/<mo accent="true">̇<\/mo>/, "<mo accent=\"true\" stretchy=\"false\">˙</mo>", text)
    gsub(/<mo accent="true">⃗<\/mo>/, "<mo accent=\"true\" stretchy=\"false\">→</mo>", text)
    gsub(/form="prefix">∥</, "form=\"prefix\">‖<", text)
    gsub(/form="postfix">∥</, "form=\"postfix\">‖<", text)
    return text
}

# \big, \Big, \bigg, \Bigg: a size that MathML Core understands
function big(text,    i, size) {
    for (i = split("1.2 1.8 2.4 3", size, " "); i > 0; i--)
        gsub("minsize=\"" size[i] "\" maxsize=\"" size[i] "\" stretchy=\"false\"",
            "minsize=\"" size[i] "em\" maxsize=\"" size[i] "em\" stretchy=\"true\"", text)
    return text
}

function parentheses(text,    piece, n, i, depth, open, tall, stretch, mark) {
    mark = "<mo stretchy=\"true\" form=\""
    n = split(text, piece, mark)
    depth = 0
    for (i = 2; i <= n; i++) {
        stretch[i] = "true"
        if (piece[i] ~ /^prefix/) {
            open[++depth] = i
            tall[depth] = 0
        } else if (depth > 0) {
            if (!tall[depth]) stretch[i] = stretch[open[depth]] = "false"
            if (tall[depth] && depth > 1) tall[depth - 1] = 1
            depth--
        }
        if (depth > 0 && piece[i] ~ /<(mfrac|mtable|munder|munderover)[ >]/) tall[depth] = 1
    }
    text = piece[1]
    for (i = 2; i <= n; i++) text = text "<mo stretchy=\"" stretch[i] "\" form=\"" piece[i]
    return text
}

function signs(text,    head, before, sign) {
    head = ""
    while (match(text, /(<mo[^>]*>[^<]*<\/mo>|<mo>,<\/mo><mspace[^>]*><\/mspace>|<mrow>|<mtd[^>]*>|<semantics>)<mo>(−|\+|±)<\/mo>/)) {
        head = head substr(text, 1, RSTART - 1)
        before = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        match(before, /<mo>[^<]*<\/mo>$/)
        sign = substr(before, RSTART)
        before = substr(before, 1, RSTART - 1)
        if (before !~ /form="postfix"|>[)!|\]]<\/mo>$/) sub(/^<mo>/, "<mo form=\"prefix\">", sign)
        head = head before sign
    }
    return head text
}

function mend(formula) {
    formula = signs(big(parentheses(accents(upright_words(formula)))))
    if (formula ~ /^<math display="block"/)
        gsub(/<mtable><mtr><mtd columnalign="right"/, "<mtable displaystyle=\"true\"><mtr><mtd columnalign=\"right\"", formula)
    return formula
}

/<math / {
    line = ""
    while ((at = index($0, "<math ")) > 0) {
        line = line substr($0, 1, at - 1)
        $0 = substr($0, at)
        end = index($0, "<annotation")
        if (end == 0) end = length($0) + 1
        line = line mend(substr($0, 1, end - 1))
        $0 = substr($0, end)
    }
    $0 = line $0
}

# Keeps "(", a formula and what follows it without a space on one line of the page.
function keep_together(text,    head, end, before, after, formula) {
    head = ""
    while ((end = index(text, "<math display=\"inline\"")) > 0) {
        head = head substr(text, 1, end - 1)
        text = substr(text, end)
        end = index(text, "</math>")
        if (end == 0) break
        formula = substr(text, 1, end + 6)
        text = substr(text, end + 7)
        before = match(head, /[(]+$/) ? substr(head, RSTART) : ""
        after = match(text, /^[^ <]+/) && RLENGTH <= 12 ? substr(text, 1, RLENGTH) : ""
        if (before after != "") {
            head = substr(head, 1, length(head) - length(before))
            text = substr(text, length(after) + 1)
            formula = "<span class=\"together\">" before formula after "</span>"
        }
        head = head formula
    }
    return head text
}

{ print /<math / ? keep_together($0) : $0 }
