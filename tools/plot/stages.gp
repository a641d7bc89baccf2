# caption: The same questions, never asked in training, after each stage, answered at temperature 1. After stage 3 the judge picks the best of 16 answers of stage 2's model. Gold is what people would give, at most 1.5.
set multiplot layout 1,2 title "The same questions after each stage" font ",20"
set style data histogram
set style histogram clustered gap 1
set boxwidth 0.9
set grid noxtics
set xrange [-0.6:3.6]
set title "answers, %" font ",16"
set yrange [0:125]
set ytics 0,20,100
set key top center horizontal font ",13"
set lmargin 6; set rmargin 1
f = dir."/stages.csv"
plot f using (100*column("right")):xtic(1) lt 1 title "right", "" using (100*column("honest")) lt 5 title "honest", \
     "" using (100*column("polite")) lt 3 title "polite", "" using (100*column("rude")) lt 2 title "rude"
set title "gold"
set yrange [-2:1.7]
set ytics -2,0.5,1.5
unset key
plot f using "gold":xtic(1) lt 5
unset multiplot
