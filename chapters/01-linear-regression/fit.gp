# caption: A hundred noisy points, and the line that fits them best.
set title "A line through noise"
set xlabel "x"; set ylabel "y"
set key top left
plot dir."/line.csv" using "x":"y" with points lt 6 pt 7 ps 0.9 title "points", \
     "" using "x":"best" with lines lt 2 title "least squares"
