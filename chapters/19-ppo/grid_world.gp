# caption: What PPO learned of the world of twelve cells: its critic's values and its likeliest moves. Right: the best there is, computed by one who knows where the ice is.
set multiplot layout 1,2 margins 0.03,0.97,0.16,0.84 spacing 0.06 title "What each cell is worth" font ",20"
set xrange [-0.5:3.5]
set yrange [-0.5:2.5]
set cbrange [-1.6:1.1]
set size ratio -1
unset colorbox; unset tics; unset grid; unset xlabel; unset ylabel; unset key
set border 15
set palette defined (-1.6 "#D55E00", -0.3 "#F6D5BF", 0.2 "#F7F7F7", 0.5 "#CFE5F2", 1.1 "#56A5D6")
f = dir."/grid_world.csv"
is(what) = strcol("cell") eq what
picture = 'plot f using "column":"row":(is("wall") ? NaN : column(value)) with image pixels, \
     "" using "column":(column("row") + 0.17):(is("free") ? sprintf("%.2f", column(value)) : "") with labels font ",17", \
     "" using "column":"row":(is("wall") ? "wall" : is("goal") ? "goal, +1" : is("pit") ? "pit, -1" : "") with labels font ",17", \
     "" using (column("column") - 0.18 * column(east)):(column("row") - 0.22 - 0.12 * column(north)):(0.36 * column(east)):(is("free") ? 0.24 * column(north) : NaN) with vectors lt 7 lw 3 head filled size 0.12,25'
value = "value"; east = "east"; north = "north"
set title "learned by PPO, from 1200 walks"; @picture
value = "best"; east = "best_east"; north = "best_north"
set title "the best there is"; @picture
unset multiplot
