# caption: The fully fine-tuned model, when of every matrix's change only the first directions are kept. The token table and the norms are as fine-tuning left them, or as they were before.
set title "How much of the change is needed?"
set xlabel "rank: directions kept of every matrix's change"; set ylabel "right answers, %"
set xrange [-0.3:7.3]
set yrange [0:105]
set key top left
f = dir."/rank_cut.csv"
plot f using 0:"right":xtic(1) with linespoints lt 1 title "table and norms as tuned", \
     "" using 0:"right_matrices_alone" with linespoints lt 2 title "table and norms as before"
