# caption: Only some parts trained, the rest left random. Over each name, the share of the parameters that learned.
set title "Who may learn?"
set ylabel "whole lists right (%)"
set style data histogram
set style histogram clustered gap 1
set boxwidth 0.9 relative
set yrange [0:118]
set ytics 0,20,100
set xtics font ",14"
set bmargin 4
set key top right horizontal
plot dir."/frozen.csv" using "reverse":xtic(sprintf("%s\n%.1f%%", strcol("trained"), column("share"))) lt 1 title "reverse", \
     "" using "sort" lt 2 title "sort"
