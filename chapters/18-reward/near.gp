# caption: How often the right answer gets more than a wrong one of five sorts, from two models that differ only in the wrong answers they learned from. Dotted: a coin.
set title "It sees what it was shown"
set ylabel "the right answer is above, %"
set yrange [0:119]
set ytics 0,20,100
set style data histogram
set style histogram clustered gap 1
set boxwidth 0.9
set grid noxtics
set key top right horizontal
f = dir."/near.csv"
plot f using (100*column("all")):xtic(1) lt 1 title "wrong answers of all sorts", \
     "" using (100*column("near")) lt 2 title "near misses only", \
     50 with lines lt 7 dt 3 notitle
