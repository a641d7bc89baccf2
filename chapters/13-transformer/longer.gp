# caption: Lists right by their length. Training had lists of 2 to 6 letters.
set title "Longer than any list it learned from"
set xlabel "letters of the list"
set ylabel "whole lists right (%)"
set xrange [1.8:8.2]
set yrange [-3:105]
set xtics 1
set arrow 1 from 6.5, graph 0 to 6.5, graph 1 nohead dt 2 lc rgb "#999999"
set label 1 "never seen" at 6.6, 92 textcolor rgb "#666666"
set key bottom left
plot for [i=2:5] dir."/longer.csv" using 1:(100 * column(i)) with linespoints lt i-1 title columnhead(i)
