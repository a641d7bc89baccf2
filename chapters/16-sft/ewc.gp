# caption: Springs on the weights that mattered, by their stiffness: weak ones keep too little of the first task, stiff ones leave no room for the second. Dotted: the second task learned without springs.
set title "Two tasks, one model"
set xlabel "lambda, the springs' stiffness"; set ylabel "right, %"
set logscale x
set xrange [0.6:16000]
set xtics (1, 10, 100, 1000, "10,000" 10000)
set yrange [-4:104]
set key at graph 0.62,0.35
set datafile missing NaN
f = dir."/forgetting.csv"
stats f using (strcol("method") eq "alone" ? (alone = 100*column("first")) : NaN) nooutput
plot dir."/forgetting_ewc.csv" using "lambda":(100*column("first")) with linespoints lt 1 title "first task", \
     "" using "lambda":(100*column("second")) with linespoints lt 2 title "second task, zog", \
     alone with lines lt 1 dt 3 title "first task without springs"
