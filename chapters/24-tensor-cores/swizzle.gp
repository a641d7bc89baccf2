# caption: A tile of 8 rows of 64 numbers: 8 pieces of 16 bytes in a row. Number and colour say which four of the 32 banks keep a piece: group 0 is banks 0 to 3. Straight, a column of eight pieces lies in one group, and is read in eight passes; swizzled, as TMA wrote it in the simulator, in eight groups: one pass.
set multiplot
unset key
unset colorbox
unset grid
set border 0
set tics scale 0
set palette maxcolors 8 defined (0 "#8DB8DE", 1 "#F0A878", 2 "#8CCFB4", 3 "#E3B5CF", 4 "#F3CE85", 5 "#BFE3F7", 6 "#CFCFCF", 7 "#F6EE9A")
set cbrange [-0.5:7.5]
set xrange [-0.5:7.5]
set yrange [7.5:-0.5]
set xtics 1
set ytics 1
set xlabel "piece of 16 bytes"
set ylabel "row of the tile"
set tmargin at screen 0.88
set bmargin at screen 0.14

set lmargin at screen 0.07
set rmargin at screen 0.48
set title "Straight"
plot dir."/swizzle.csv" using "chunk":"row":"straight" with image, \
     "" using "chunk":"row":(sprintf("%d", column("straight"))) with labels font ",19"

set lmargin at screen 0.57
set rmargin at screen 0.98
set title "Swizzled"
plot dir."/swizzle.csv" using "chunk":"row":"swizzled" with image, \
     "" using "chunk":"row":(sprintf("%d", column("swizzled"))) with labels font ",19"
unset multiplot
