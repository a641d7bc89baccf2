# caption: How often held-out questions are answered rightly, over the share of the numbers that learn: every method of the chapter, on the same lessons for the same number of steps.
set title "How few numbers may learn?"
set xlabel "numbers that learn, % of the model's 160,192"; set ylabel "right answers, %"
set logscale x
set xrange [0.2:200]
set yrange [0:105]
set xtics ("0.3" 0.3, "1" 1, "3" 3, "10" 10, "30" 30, "100" 100)
set key bottom right
set datafile missing NaN
f = dir."/methods.csv"
y(key) = strcol("method") eq key ? column("right") : NaN
plot f using "share":(y("lora")) with linespoints lt 1 title "LoRA of rank 1, 2 and 4", \
     "" using "share":(y("lora_alone")) with points lt 1 pt 4 ps 1.8 title "rank 2 without norms and rows", \
     "" using "share":(y("lora_slow")) with points lt 1 pt 6 ps 1.8 title "LoRA at a tenth of the learning rate", \
     "" using "share":(y("lora_attention")) with points lt 6 pt 7 ps 1.8 title "LoRA on attention alone", \
     "" using "share":(y("qlora")) with points lt 2 pt 5 ps 1.8 title "QLoRA of rank 2", \
     "" using "share":(y("adapter")) with points lt 3 pt 9 ps 2 title "adapters", \
     "" using "share":(y("prefix")) with points lt 4 pt 13 ps 2 title "prefix", \
     "" using "share":(y("prompt")) with points lt 5 pt 11 ps 2 title "prompt", \
     "" using "share":(y("ptuning")) with points lt 8 pt 13 ps 2 title "P-tuning", \
     "" using "share":(y("norms")) with points lt 8 pt 4 ps 1.8 title "norms and two rows alone", \
     "" using "share":(y("full")) with points lt 7 pt 7 ps 2 title "all weights"
