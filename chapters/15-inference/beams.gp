# caption: The log-probability of the text that beam search finds, on average over 40 beginnings, and how often it is more probable than the greedy text.
set title "More beams, more probable texts, mostly"
set xlabel "beams"; set ylabel "log-probability, nats"
set logscale x 2
set xrange [0.9:18]
set xtics (1, 2, 4, 8, 16)
set y2label "better than greedy, %" textcolor rgb "#222222"
set border 11 lw 1 lc rgb "#666666"
set y2range [0:105]
set y2tics 20 nomirror out scale 0.6
set rmargin 10
set key bottom right
f = dir."/beams.csv"
plot f using "beams":"log_probability" with linespoints lt 1 title "log-probability", \
     f using "beams":(100*column("better")) axes x1y2 with linespoints lt 2 title "better than greedy (right)"
