# caption: Direct preference optimisation, step by step. Left: the share of pairs in the right order, smoothed. Middle: how far the log-probabilities of both answers moved from the reference; the distance between them is what the loss sees. Right: what the model is worth on questions never asked, beside the model it began as.
set multiplot layout 1,3 margins 0.055,0.985,0.15,0.85 spacing 0.07 title "DPO, step by step" font ",20"
set tics font ",12"
set xlabel "steps" font ",13" offset 0,0.4
set title font ",15" offset 0,-0.5
set key font ",12" bottom right
set xrange [0:*]
f = dir."/dpo.csv"
set title "pairs in the right order, %"
set yrange [40:100]
plot f using 1:(100*column("order")) with points lt 8 pt 7 ps 0.4 title "a batch of 32", "" using 1:(100*column("order")) smooth bezier with lines lt 1 title "smoothed"
set title "log-probability, moved by nats"
set yrange [*:*]
set key bottom left
plot f using 1:"chosen" smooth bezier with lines lt 3 title "chosen", "" using 1:"rejected" smooth bezier with lines lt 2 title "rejected"
set title "questions never asked, %"
set yrange [0:150]
set ytics 0,20,100
set key top right font ",12"
f = dir."/dpo_exam.csv"
plot f using 1:(100*column("right")) with linespoints lt 1 title "right", "" using 1:(100*column("honest")) with linespoints lt 5 title "honest", \
     "" using 1:(100*column("won")) with linespoints lt 7 title "won against the start", "" using 1:(100*column("polite")) with linespoints lt 3 title "polite", "" using 1:(100*column("rude")) with linespoints lt 2 title "rude"
unset multiplot
