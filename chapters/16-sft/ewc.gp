# caption: Springs on the weights that mattered, by their stiffness lambda: weak ones keep too little of the first task, stiff ones leave no room for the second. Beside them, the other ways.
set title "Two tasks, one model"
set xlabel "second task (zog), right, %"; set ylabel "first task, right, %"
set xrange [70:103]
set yrange [0:104]
set key bottom left
set datafile missing NaN
f = dir."/forgetting.csv"
last(name) = strcol("method") eq name && column("step") == 150 ? 100*column("second") : NaN
plot dir."/forgetting_ewc.csv" using (100*column("second")):(100*column("first")) with linespoints lt 1 title "EWC, by lambda", \
     "" using (100*column("second")):(100*column("first")):(strcol("lambda")) with labels offset -1.6,-0.9 notitle, \
     f using (last("replay-10")):(100*column("first")) with points lt 3 ps 2 title "replay, a tenth", \
     f using (last("replay-25")):(100*column("first")) with points lt 5 ps 2 title "replay, a quarter", \
     f using (last("dynamic")):(100*column("first")) with points lt 4 ps 2 title "two losses, dynamic", \
     f using (last("alone")):(100*column("first")) with points lt 2 ps 2 title "zog alone"
