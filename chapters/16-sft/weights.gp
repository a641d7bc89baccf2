# caption: Two losses in one gradient, and how much each counts. The loss that falls more slowly gets more: at first zog falls fast, then both stand still.
set title "Dynamic weights"
set xlabel "step"; set ylabel "weight of a loss"
set yrange [0:2]
set key top right
set datafile missing NaN
f = dir."/forgetting.csv"
of(column_name) = strcol("method") eq "dynamic" ? column(column_name) : NaN
plot f using "step":(of("weight_first")) with linespoints lt 1 title "first task", \
     "" using "step":(of("weight_second")) with linespoints lt 2 title "zog"
