# caption: Who holds what, as the simulator's instructions have it: the number is the lane (of mma.sync) or the thread (of wgmma, columns 0 to 15 of D), one colour for each. Two neighbours share a number: in A, B and along a row of C and D. (B is drawn with k downwards.)
set multiplot
unset key
unset colorbox
unset grid
set border 0
set tics scale 0 font ",11"
set palette defined (0 "#9ECAE1", 1 "#FDD0A2", 2 "#A1D99B", 3 "#DADAEB", 4 "#FCBBA1", 5 "#C7E9C0", 6 "#C6DBEF", 7 "#FEE391")
set cbrange [0:7]
colour(h) = int(h / 4) % 8
is(m) = strcol("matrix") eq m
set yrange [15.5:-0.5]
set ytics 0,4
set xtics 0,4
set xtics offset 0,0.4
set ytics offset 0.6,0

set lmargin at screen 0.035
set rmargin at screen 0.325
set tmargin at screen 0.9
set bmargin at screen 0.47
set xrange [-0.5:15.5]
set title "A of mma.sync, 16 x 16" font ",15" offset 0,-0.6
plot dir."/fragments.csv" using "column":"row":(is("a") ? colour(column("holder")) : NaN) with image, \
     "" using (column("column") + 0.5):(is("a") && int(column("column")) % 2 == 0 ? column("row") : NaN):(sprintf("%d", column("holder"))) with labels font ",10"

set lmargin at screen 0.365
set rmargin at screen 0.51
set xrange [-0.5:7.5]
set title "B, 16 (k) x 8" font ",15" offset 0,-0.6
plot dir."/fragments.csv" using "column":"row":(is("b") ? colour(column("holder")) : NaN) with image, \
     "" using "column":(is("b") && int(column("row")) % 2 == 0 ? column("row") + 0.5 : NaN):(sprintf("%d", column("holder"))) with labels font ",10"

set lmargin at screen 0.55
set rmargin at screen 0.695
set title "C and D, 16 x 8" font ",15" offset 0,-0.6
plot dir."/fragments.csv" using "column":"row":(is("c") ? colour(column("holder")) : NaN) with image, \
     "" using (column("column") + 0.5):(is("c") && int(column("column")) % 2 == 0 ? column("row") : NaN):(sprintf("%d", column("holder"))) with labels font ",10"

set lmargin at screen 0.74
set rmargin at screen 0.99
set bmargin at screen 0.04
set yrange [63.5:-0.5]
set ytics 0,8
set xrange [-0.5:15.5]
set title "D of wgmma, 64 x 16 of 64 x N" font ",15" offset 0,-0.6
plot dir."/fragments.csv" using "column":"row":(is("d") ? colour(column("holder")) : NaN) with image, \
     "" using (column("column") + 0.5):(is("d") && int(column("column")) % 2 == 0 ? column("row") : NaN):(sprintf("%d", column("holder"))) with labels font ",7"
unset multiplot
