# caption: Weights and cache of Llama-7B's shape by how much text the cache holds (keys and values in F16). Rounding makes the weights smaller; against the cache's growth it is fewer heads of keys that help.
set title "Seven billion parameters, and a text that grows"
set xlabel "tokens in the cache"; set ylabel "memory, GB"
set yrange [0:24]
set xrange [0:16384]
set xtics 4096
set key top left
f = dir."/memory.csv"
plot f using "tokens":"bf16_gb" with lines lt 1 title "weights in BF16", \
     "" using "tokens":"q8_0_gb" with lines lt 5 title "Q8\\_0", \
     "" using "tokens":"q4_0_gb" with lines lt 2 title "Q4\\_0", \
     "" using "tokens":"q4_0_grouped_gb" with lines lt 3 title "Q4\\_0, 8 heads of keys for 32 of queries"
