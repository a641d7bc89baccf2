# caption: This model's weights, each divided by the largest of its block of 64, and the levels to which they are rounded: NF4's lie close together where the weights are, equal steps do not.
set title "Sixteen levels for weights"
set xlabel "weight / largest of its block"; set ylabel "weights in a bar, %"
set xrange [-1.05:1.05]
set yrange [-1.1:5]
set ytics 0, 1, 5
set key top right
f = dir."/nf4_weights.csv"
g = dir."/nf4_levels.csv"
plot f using "value":"percent" with boxes lc rgb "#DCDCDC" title "weights of the layers", \
     g using "level":(-0.35) with points lt 1 pt 7 ps 1.6 title "levels of NF4", \
     g using "equal":(-0.8) with points lt 2 pt 5 ps 1.6 title "equal steps"
