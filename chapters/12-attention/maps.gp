# caption: The first head of each layer on both sentences: every row is a word that asks, every column a word that is looked at.
set multiplot layout 2,2 margins 0.09,0.98,0.13,0.88 spacing 0.10,0.17 title "\"the animal did not cross the street because it was too tired\" or \"wide\"" font ",18"
set xrange [-0.5:11.5]
set yrange [11.5:-0.5]
set cbrange [0:1]
unset colorbox; unset grid; unset key; unset xlabel; unset ylabel
set xtics rotate by 40 right font ",10" offset 0,0.3
set ytics font ",10"
set title font ",14" offset 0,-0.5
set palette defined (0 "#F7FBFF", 0.15 "#DEEBF7", 0.4 "#9ECAE1", 0.7 "#4292C6", 1 "#08306B")
do for [l = 1:2] { do for [last in "tired wide"] {
    set title sprintf("layer %d, head 1: ... too %s", l, last)
    plot dir.sprintf("/map_%s_%d_1.csv", last, l) using "s":"t":(column("p")):xtic(stringcolumn("key")):ytic(stringcolumn("query")) with image pixels
} }
unset multiplot
