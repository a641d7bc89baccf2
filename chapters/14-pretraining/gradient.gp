# caption: The gradient's length before clipping, and the learning rate. The clip of 1 works at the start, and then only now and then.
set title "One step: how steep, how far"
set xlabel "step"; set ylabel "length of the gradient"
set y2label "learning rate" textcolor rgb "#222222"
set border 11 lw 1 lc rgb "#666666"
set y2range [0:]
set y2tics 0.001 nomirror out scale 0.6 format "%.3f"
set logscale y
set rmargin 12
set mytics 10
set key top right
plot dir."/loss.csv" using "step":"gradient_norm" with lines lt 6 lw 1 title "gradient", \
     1 with lines lt 7 dt 2 title "clip", \
     "" using "step":"lr" axes x1y2 with lines lt 2 title "learning rate (right)"
