# caption: The mistakes of which the network is surest: what the label says, and what it answered with which probability.
set title "Confidently wrong"
set xrange [-1:228]; set yrange [114:1]
unset border; unset xtics; unset ytics; unset colorbox; unset key; unset grid
set palette gray negative
set size ratio -1
names = dir."/mistake_names.csv"
plot dir."/mistakes.csv" using "x":"y":"value" with image, \
     names using "x":(column("y") - 6):"label" with labels font ",12" textcolor rgb "#222222", \
     names using "x":(column("y") - 2.5):(sprintf("%s? %.3f", stringcolumn("predicted"), column("confidence"))) with labels font ",11" textcolor rgb "#D55E00"
