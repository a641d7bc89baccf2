# caption: Hidden words: the share of gaps that an encoder fills with a word that fits, by kind.
kinds = "noun was/were adjective and/but 'what we did'"
set title "Filling gaps"
set xlabel "steps"
set ylabel "gaps filled with a word that fits (%)"
set yrange [0:105]
set key bottom right
plot for [i=1:5] dir."/masked.csv" using "step":(100 * column(word(kinds, i))) with lines lt i title word(kinds, i)
