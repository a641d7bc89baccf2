# caption: The heads that follow the input, in models that learned to copy (left) and to reverse (right): after the turn ] the attention walks along a diagonal, or back along one.
set multiplot layout 1,2 margins 0.075,0.98,0.10,0.84 spacing 0.08,0.1 title "Ten symbols between [ and ], then the same again, or from the end" font ",18"
set xrange [-0.5:20.5]
set yrange [20.5:-0.5]
set cbrange [0:1]
unset colorbox; unset grid; unset key
set xlabel "looked at" offset 0,0.5; set ylabel "position that asks" offset 0.5,0
set xtics font ",12"; set ytics font ",12"
set palette defined (0 "#F7FBFF", 0.15 "#DEEBF7", 0.4 "#9ECAE1", 0.7 "#4292C6", 1 "#08306B")
do for [task in "copy reverse"] {
    set title task font ",16"
    plot dir."/map_".task.".csv" using "s":"t":(column("p")):xtic(stringcolumn("key")):ytic(stringcolumn("query")) with image pixels
}
unset multiplot
