# caption: Lessons alone, for the last layers only or for all of the model: what is right afterwards.
set title "How much must move?"
set ylabel "right, %"
set yrange [0:118]
set ytics 0,20,100
set style data histogram
set style histogram clustered gap 1
set boxwidth 0.9
set grid noxtics
set key top left
f = dir."/layers.csv"
plot f using (100*column("right")):xtic(sprintf("last %s", strcol(1))) lt 1 title "all that can be answered", \
     "" using (100*column("fact")) lt 3 title "facts"
