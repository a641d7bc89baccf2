# caption: New pairs in the right order, by what was asked: questions as in training, and questions that were never asked there.
set title "What it can judge, and what it learned by heart"
set ylabel "pairs in the right order, %"
set yrange [50:108]
set ytics 50,10,100
set style data histogram
set style histogram clustered gap 1
set boxwidth 0.9
set grid noxtics
set key top right horizontal
f = dir."/pairs.csv"
plot f using (100*column("fresh")):xtic(1) lt 1 title "as in training", \
     "" using (100*column("held")) lt 2 title "never asked"
