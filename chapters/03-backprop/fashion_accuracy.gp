# caption: The same run: share of the images that are named rightly.
set title "MLP on Fashion-MNIST: accuracy"
set xrange [0:*]
set xlabel "epochs"; set ylabel "accuracy (%)"
set key bottom right
plot dir."/fashion_epochs.csv" using "epoch":(100 * column("train_accuracy")) with linespoints title "training images", \
     "" using "epoch":(100 * column("test_accuracy")) with linespoints title "test images"
