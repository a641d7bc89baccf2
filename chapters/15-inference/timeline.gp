# caption: 24 requests, one memory of 256 positions, three ways to serve them. Each bar is a request that runs, in a place of its own; grey is a place that is empty. A cross: sent back, to begin again later.
set multiplot
unset grid; unset key
set border 1
f = dir."/timeline.csv"
# where each way ends, and how many places it has
array end[3]; array high[3]
do for [way = 0:2] {
    stats f using (column("way") == way ? column("to") : NaN) nooutput; end[way + 1] = STATS_max
    stats f using (column("way") == way ? column("place") : NaN) nooutput; high[way + 1] = STATS_max + 1
}
set xrange [0:end[1]]
set lmargin at screen 0.07; set rmargin at screen 0.97
set style fill solid 1.0 border rgb "white"
# One panel: the way, its places, where it lies, its title.
panel = 'set yrange [-0.6:places - 0.4]; set title name offset 0,-0.7 font ",16"; \
    set object 1 rectangle from 0,-0.45 to end[way + 1],places - 0.55 fc rgb "#E4E4E4" fs solid noborder behind; \
    plot f using (column("way") == way ? 0.5 * (column("from") + column("to")) : NaN):(column("place")):(column("from")):(column("to")):(column("place") - 0.42):(column("place") + 0.42):(1 + int(column("request")) % 6) with boxxyerror lc variable, \
         f using (column("way") == way && column("to") - column("from") > 4 ? 0.5 * (column("from") + column("to")) : NaN):(column("place")):(sprintf("%d", int(column("request")) + 1)) with labels font small textcolor rgb "white", \
         f using (column("way") == way && column("sent_back") == 1 ? column("to") : NaN):(column("place")) with points pt 2 ps 1.6 lw 3 lc rgb "black"'
set ytics 1, 3 format ""; set ytics scale 0
unset xtics
set ylabel "4 places" offset 1.5
small = ",11"
way = 0; places = 4; name = "static batches, room for the longest in advance"
set tmargin at screen 0.94; set bmargin at screen 0.76; eval panel
way = 1; places = 4; name = "continuous batching, room for the longest in advance"
set tmargin at screen 0.68; set bmargin at screen 0.50; eval panel
small = ",9"
way = 2; places = high[3]; name = "continuous batching, memory in pages of 8 positions"
set ylabel sprintf("up to %d places", places)
set xtics nomirror; set xlabel "step"
set tmargin at screen 0.42; set bmargin at screen 0.11; eval panel
unset multiplot
