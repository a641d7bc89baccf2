# caption: How likely the best of five machines is to be chosen: the mean of 500 runs, and where eight of ten lie. All machines pay well, so that without a baseline every choice is confirmed, a wrong one too.
set title "REINFORCE at five machines"
set xlabel "steps"; set ylabel "chance of the best machine, %"
set yrange [0:104]
set xrange [0:400]
set key bottom at graph 0.98,0.04
f = dir."/bandit.csv"
set style fill transparent solid 0.22 noborder
plot f using "step":(100*column("without_low")):(100*column("without_high")) with filledcurves lt 2, \
     "" using "step":(100*column("with_low")):(100*column("with_high")) with filledcurves lt 1, \
     "" using "step":(100*column("with")) with lines lt 1 lw 4 title "with a baseline", \
     "" using "step":(100*column("without")) with lines lt 2 lw 4 title "without"
