# caption: Who holds what, as the simulator's instructions have it. The number is the lane (of wgmma: the thread of the warpgroup, columns 0 to 15 of D); each group g = lane / 4 has a colour. Two neighbours, in B below each other, belong to the same lane.
set multiplot
unset key
unset colorbox
unset grid
set border 0
set tics scale 0 font ",11"
set palette maxcolors 8 defined (0 "#9ECAE1", 1 "#FDD0A2", 2 "#A1D99B", 3 "#DADAEB", 4 "#FCBBA1", 5 "#D9F0A3", 6 "#E5E5E5", 7 "#FEE391")
set cbrange [-0.5:7.5]
colour(h) = int(h / 4) % 8
is(m) = strcol("matrix") eq m
first(x) = int(x) % 2 == 0
set yrange [15.5:-0.5]
set ytics 0,4 offset 0.6,0
set xtics 0,4 offset 0,0.5
file = dir."/fragments.csv"

set lmargin at screen 0.035
set rmargin at screen 0.46
set tmargin at screen 0.93
set bmargin at screen 0.53
set xrange [-0.5:15.5]
set title "A of mma.sync, 16 x 16" font ",15" offset 0,-0.6
plot file using "column":(is("a") ? column("row") : NaN):(0.5):(0.5):(colour(column("holder"))) with boxxyerror lc palette, \
     "" using (column("column") + 0.5):(is("a") && first(column("column")) ? column("row") : NaN):(sprintf("%d", column("holder"))) with labels font ",11"

set rmargin at screen 0.23
set tmargin at screen 0.43
set bmargin at screen 0.04
set xrange [-0.5:7.5]
set title "B, 16 (k) x 8"
plot file using "column":(is("b") ? column("row") : NaN):(0.5):(0.5):(colour(column("holder"))) with boxxyerror lc palette, \
     "" using "column":(is("b") && first(column("row")) ? column("row") + 0.5 : NaN):(sprintf("%d", column("holder"))) with labels font ",11"

set lmargin at screen 0.265
set rmargin at screen 0.46
set title "C and D, 16 x 8"
plot file using "column":(is("c") ? column("row") : NaN):(0.5):(0.5):(colour(column("holder"))) with boxxyerror lc palette, \
     "" using (column("column") + 0.5):(is("c") && first(column("column")) ? column("row") : NaN):(sprintf("%d", column("holder"))) with labels font ",11"

set lmargin at screen 0.53
set rmargin at screen 0.99
set tmargin at screen 0.93
set yrange [63.5:-0.5]
set ytics 0,16
set xrange [-0.5:15.5]
set title "D of wgmma, 64 x N (here 16 columns)"
plot file using "column":(is("d") ? column("row") : NaN):(0.5):(0.5):(colour(column("holder"))) with boxxyerror lc palette, \
     "" using (column("column") + 0.5):(is("d") && first(column("column")) ? column("row") : NaN):(sprintf("%d", column("holder"))) with labels font ",8"
unset multiplot
