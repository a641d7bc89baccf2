# caption: A model that answers learns a second task, zog. What it keeps of the first, step by step: nothing done about it, and with a tenth or a quarter of the places for old lessons.
set title "What a second task costs the first"
set xlabel "step"; set ylabel "right, %"
set yrange [0:104]
set key at graph 0.98,0.46
set datafile missing NaN
f = dir."/forgetting.csv"
of(name, column_name) = strcol("method") eq name ? 100*column(column_name) : NaN
plot f using "step":(of("replay-25","first")) with linespoints lt 3 title "first task, replay a quarter", \
     "" using "step":(of("replay-10","first")) with linespoints lt 1 title "first task, replay a tenth", \
     "" using "step":(of("alone","first")) with linespoints lt 2 title "first task, zog alone", \
     "" using "step":(of("alone","second")) with lines lt 2 dt 2 title "zog, zog alone", \
     "" using "step":(of("replay-10","second")) with lines lt 1 dt 2 title "zog, replay a tenth"
