# caption: Where the parameters of known models are. The tables matter in small models only.
set title "Parameters by part"
set ylabel "share of the parameters (%)"
set style data histogram
set style histogram rowstacked
set boxwidth 0.75 relative
set yrange [0:112]
set ytics 0,20,100
set xtics rotate by -35 font ",13"
set key top center horizontal
plot dir."/shares.csv" using "tables":xtic(1) lt 5 title "tables", "" using "attention" lt 1 title "attention", \
     "" using "MLP" lt 3 title "MLP"
