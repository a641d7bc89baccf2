# caption: Tokens that one pass of the large model gives, by how many tokens the small one runs ahead; the formula, were every token taken as often as the first; and what is gained where reading weights is all that takes time.
set title "A small model runs ahead of a large one"
set xlabel "tokens ahead, K"; set ylabel "tokens for each pass"
set xrange [0.5:8.5]
set yrange [0:7]
set xtics 1
set key top left
f = dir."/speculative.csv"
plot f using "K":"formula" with lines lt 7 dt 2 title "formula", \
     f using "K":"tokens_per_pass" with linespoints lt 1 title "measured", \
     f using "K":"gain_by_bytes" with linespoints lt 3 title "gain: for as many bytes read", \
     1 with lines lt 8 title "the large model alone"
