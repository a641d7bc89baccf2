# Formulas between $ signs, as text for a terminal: $\frac{2}{n}\sum_i (\hat y_i - y_i)\,x_i$ becomes
# (2/n) Σ_i (ŷ_i − y_i) x_i. Text outside formulas, and everything between backquotes, stays as it is.
# Knows what the hints use; an unknown \command loses its backslash.

BEGIN {
    split("alpha α beta β gamma γ delta δ epsilon ε varepsilon ε eta η theta θ kappa κ lambda λ mu μ nu ν xi ξ pi π " \
          "rho ρ sigma σ tau τ phi φ varphi φ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Sigma Σ Phi Φ Psi Ψ " \
          "Omega Ω partial ∂ nabla ∇ sum Σ prod Π int ∫ infty ∞ cdot · times × odot ⊙ otimes ⊗ oplus ⊕ pm ± le ≤ leq ≤ " \
          "ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ sim ~ propto ∝ in ∈ to → rightarrow → leftarrow ← gets ← mapsto ↦ mid | " \
          "top ᵀ intercal ᵀ star * ast * prime ' ell ℓ forall ∀ lVert ‖ rVert ‖ Vert ‖ lvert | rvert | vert | langle ⟨ " \
          "rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ ldots ... dots ... cdots ... ll << gg >>", pairs, " ")
    for (i = 1; i in pairs; i += 2) symbol[pairs[i]] = pairs[i + 1]
    split("quad qquad , ; : ! left right big Big bigl bigr Bigl Bigr displaystyle limits", list, " ")
    for (i in list) space[list[i]] = 1
    split("text mathrm mathbf mathit mathcal mathbb boldsymbol operatorname mathsf", list, " ")
    for (i in list) plain[list[i]] = 1
    symbol["|"] = "‖"
    split("cdot times odot otimes oplus pm le leq ge geq ne neq approx sim propto in to rightarrow leftarrow gets " \
          "mapsto mid ll gg", list, " ")
    for (i in list) spaced[list[i]] = 1  # stands between two things
    power["2"] = "²"; power["3"] = "³"; power["T"] = "ᵀ"; power["ᵀ"] = "ᵀ"; power["*"] = "*"; power["'"] = "'"
}

# take(): the next argument of the formula f, at position p: a group without its braces, a \command, or one character.
function take(    c, depth, from) {
    while (substr(f, p, 1) == " ") p++
    c = substr(f, p, 1)
    if (c == "{") {
        from = ++p
        for (depth = 1; p <= length(f); p++) {
            c = substr(f, p, 1)
            if (c == "\\") p++
            else if (c == "{") depth++
            else if (c == "}" && --depth == 0) break
        }
        return substr(f, from, p++ - from)
    }
    from = p++
    if (c == "\\") {
        if (substr(f, p, 1) ~ /[A-Za-z]/) {
            while (substr(f, p, 1) ~ /[A-Za-z]/) p++
            c = substr(f, from, p - from)
            if (substr(f, p) ~ /^ +[A-Za-z0-9\\({]/) while (substr(f, p, 1) == " ") p++  # as TeX does
            return c
        }
        p++
    } else if (c >= "\200")  # the other bytes of a UTF-8 character
        while (substr(f, p, 1) >= "\200" && substr(f, p, 1) < "\300") p++
    return substr(f, from, p - from)
}

# render(s): the formula s as text. f and p are the state of take(); saved, because render calls itself.
function render(s,    out, word, save_f, save_p, a, b, group, alone) {
    save_f = f
    save_p = p
    f = s
    p = 1
    out = ""
    while (p <= length(f)) {
        if (substr(f, p, 1) == " ") {
            p++
            out = out " "
            continue
        }
        group = substr(f, p, 1) == "{"
        word = take()
        if (group) out = out render(word)
        else if (word == "_" || word == "^") out = out script(word, render(take()))
        else if (substr(word, 1, 1) != "\\") out = out word
        else {
            word = substr(word, 2)
            if (word == "frac" || word == "tfrac" || word == "dfrac") {
                a = render(take())
                b = render(take())
                a = tight(a, "[-+ ]|−") "/" tight(b, "[-+ ]|−|[0-9][A-Za-z]")
                alone = (out !~ /[^-+=(, ]$/ || out ~ /⌊$/) && (substr(f, p) !~ /^ *[A-Za-z0-9\\({^]/ || substr(f, p) ~ /^ *\\(right|rfloor|quad|qquad)/)
                out = out (alone ? a : "(" a ")")
            } else if (word == "sqrt") out = out "√(" trim(render(take())) ")"
            else if (word == "hat" || word == "widehat") out = out accent(render(take()), "\314\202")
            else if (word == "bar" || word == "overline") out = out accent(render(take()), "\314\204")
            else if (word == "tilde") out = out accent(render(take()), "\314\203")
            else if (word in plain) out = out render(take())
            else if (word in space) out = out (word ~ /^(left|right|big|Big|displaystyle|limits)/ ? "" : " ")
            else if (word in spaced) out = out " " symbol[word] " "
            else if (word == "sum" || word == "prod") out = out " " symbol[word]
            else if (word in symbol) {
                if (word ~ /^r(Vert|vert|floor|ceil|angle)$/) sub(/ $/, "", out)  # it closes
                out = out symbol[word]
            } else if (word == "\\") out = out "; "
            else out = out word (substr(f, p, 1) ~ /[A-Za-z0-9\\]/ ? " " : "")  # \exp, \log, \max, \{, \%
        }
    }
    f = save_f
    p = save_p
    return out
}

function accent(s, mark) { return s == "y" && mark == "\314\202" ? "ŷ" : s mark }
function trim(s) { gsub(/^ +| +$/, "", s); return s }
function tight(s, loose) { s = trim(s); return s ~ loose && s !~ /^[(][^()]*[)]$/ ? "(" s ")" : s }  # one thing, or in ( )
function script(kind, s) {
    s = trim(s)
    if (kind == "^" && s in power) return power[s]
    if (s ~ /^[(][^()]*[)]$/) return kind s
    return s ~ /[-+=<>*\/(), ]|−|≤|≥/ ? kind "(" s ")" : kind s
}

{
    out = ""
    rest = $0
    while (match(rest, /`[^`]*`|[$][$][^$]*[$][$]|[$][^$ ]([^$]*[^$ ])?[$]/)) {
        piece = substr(rest, RSTART, RLENGTH)
        out = out substr(rest, 1, RSTART - 1)
        rest = substr(rest, RSTART + RLENGTH)
        if (substr(piece, 1, 1) == "$") {
            gsub(/^[$]+|[$]+$/, "", piece)
            piece = render(piece)
            gsub(/  +/, " ", piece)
            gsub(/^ | $/, "", piece)
        }
        out = out piece
    }
    print out rest
}
