# caption: How often the k-th most frequent token stands in the King James text: bytes, tokens of two vocabularies, words.
set title "Rank and frequency in the King James text"
set xlabel "rank"; set ylabel "share of all tokens"
set logscale xy
set format y "10^{%T}"
if (GPVAL_TERM eq "dumb") set format y "%.0e"
set xrange [1:20000]
set yrange [1e-7:0.5]
set key bottom left
plot dir."/zipf_bytes.csv" using "rank":"share" with lines lt 8 title "63 bytes", \
     dir."/zipf_tokens.csv" using "rank":"share" with lines lt 1 title "1,256 tokens", \
     dir."/zipf_many.csv" using "rank":"share" with lines lt 3 title "10,256 tokens", \
     dir."/zipf_words.csv" using "rank":"share" with lines lt 2 dt 2 title "words and marks, uncut"
