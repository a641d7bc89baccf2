# caption: From Fermi to Blackwell: arithmetic grew 56-fold, memory bandwidth 44-fold, shared memory of a multiprocessor 5-fold. (Turing: the T4, a card of 70 W.)
set title "from Fermi to Blackwell"
set ylabel "times Fermi (Tesla M2090, 2011)"
set logscale y
set yrange [0.5:200]
set xrange [-0.5:8.5]
set xtics font ",13"
set key top left
set style data linespoints
plot "chapters/22-cuda-basics/hardware.csv" using 0:(column("fp32_tflops") / 1.33):xticlabels(sprintf("%s\n%s", strcol(1), strcol(3))) lt 1 title "fp32 operations", \
     "" using 0:(column("bandwidth_gbs") / 177) lt 2 title "memory bandwidth", \
     "" using 0:(column("sms") / 16) lt 3 title "multiprocessors", \
     "" using 0:(column("shared_kb_per_sm") / 48) lt 4 title "shared memory of one", \
     "" using 0:(column("tensor_fp16_tflops") > 0 ? column("tensor_fp16_tflops") / 1.33 / 10 : NaN) lt 5 title "fp16 tensor cores / 10"
