# caption: The bank (colour) of every word of a 32 x 32 tile. Left: rows 32 words apart, a column lies in one bank. Right: 33 words apart, in all 32.
set title "the bank of every word of a tile: rows 32 words apart, and 33"
set xlabel "column of the tile"
set ylabel "row of the tile"
set yrange [31.5:-0.5]
set xrange [-0.5:67.5]
set xtics ("0" 0, "16" 16, "31" 31, "0" 36, "16" 52, "31" 67)
set ytics (0, 8, 16, 24, 31)
set cblabel "bank"
set cbtics (0, 8, 16, 24, 31)
set rmargin 12
unset key
plot dir."/tile.csv" using "column":"row":"pitch32" with image, \
     "" using (column("column") + 36):"row":"pitch33" with image
