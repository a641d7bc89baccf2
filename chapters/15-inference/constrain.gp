# caption: Passes of the model for each answer that matches: drawn freely until one does, within the pattern, and within it when tokens without an alternative need no pass. Where the first bar is missing, none of 800 matched.
set title "What it costs to keep to a form"
set ylabel "passes for each match"
set logscale y
set yrange [0.7:200]
set style data histogram
set style histogram clustered gap 1.2
set boxwidth 0.95
set grid noxtics
set key top left
f = dir."/constrain.csv"
plot f using (column("free_passes") > 0 ? column("free_passes") : NaN):xtic(1) lt 2 title "free, until one matches", \
     f using "within_passes" lt 1 title "within the pattern", \
     f using "unforced_passes" lt 3 title "within it, forced tokens left out", \
     f using ($0 - 0.24):(column("free_passes") > 0 ? NaN : 0.8):("never") with labels left rotate by 90 notitle
