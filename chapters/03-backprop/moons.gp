# caption: Two moons after 500 steps by the tape: the network's probability of the lower moon; white is one half.
set title "Two moons, parted by a 2-16-2 network"
set xlabel "x_1"; set ylabel "x_2"
set xrange [-1.6:2.6]; set yrange [-1.1:1.6]
set cblabel "probability of the lower moon"; set cbrange [0:1]
set palette defined (0 "#9ECAE1", 0.5 "#FFFFFF", 1 "#FDBE85")
set key top right
points = dir."/moons_points.csv"
plot dir."/moons_boundary.csv" using "x":"y":"p" with image notitle, \
     points using "x":(column("label") == 0 ? column("y") : NaN) with points lt 1 title "upper", \
     points using "x":(column("label") == 1 ? column("y") : NaN) with points lt 2 title "lower"
