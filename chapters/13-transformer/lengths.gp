# caption: The quadratic part of attention in the operations of a training step, by the length of the texts.
set title "What the length of a text costs"
set xlabel "tokens of a text"
set ylabel "12 L C T, share of all operations (%)"
set logscale x 2
set xtics (128, "512" 512, "2k" 2048, "8k" 8192, "32k" 32768, "128k" 131072)
set xrange [128:131072]
set yrange [0:100]
set key top left
plot dir."/lengths.csv" using "T":"gpt2" with lines lt 1 title "GPT-2 124M", \
     "" using "T":"llama2-7b" with lines lt 2 title "Llama 2 7B", \
     "" using "T":"llama2-70b" with lines lt 3 title "Llama 2 70B"
