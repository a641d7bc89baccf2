// The MLP on Fashion-MNIST: its curves, what it confuses, and its most confident mistakes.
#include <stdlib.h>
#include <string.h>

#include "03-backprop/show.h"

enum { LOG_EVERY = 50, MISTAKE_ROWS = 3, MISTAKE_COLUMNS = 6 };

static void write_confusion(const char *out, const struct images *test, const int *predicted) {
    int *count = alloc_zeroed(100, sizeof *count);
    for (int i = 0; i < test->n; i++) count[test->labels[i] * 10 + predicted[i]]++;
    struct csv_log log;
    csv_open(&log, out, "confusion.csv", "label,predicted,count,label_name,predicted_name");
    int worst = -1;
    for (int k = 0; k < 100; k++) {
        csv_row(&log, "%d,%d,%d,%s,%s", k / 10, k % 10, count[k], fashion_mnist_names[k / 10],
                fashion_mnist_names[k % 10]);
        if (k / 10 != k % 10 && (worst < 0 || count[k] > count[worst])) worst = k;
    }
    csv_close(&log);
    printf("  most frequent mistake: %s taken for %s, %d times\n", fashion_mnist_names[worst / 10],
           fashion_mnist_names[worst % 10], count[worst]);
    free(count);
}

// The wrongly named image of highest confidence; -1 if none. Those shown already have confidence -1.
static int next_mistake(const struct images *test, const int *predicted, float *confidence) {
    int surest = -1;
    for (int i = 0; i < test->n; i++) {
        bool wrong = predicted[i] != test->labels[i] && confidence[i] >= 0.0f;
        if (wrong && (surest < 0 || confidence[i] > confidence[surest])) surest = i;
    }
    return surest;
}

// A sheet of the mistakes that the network was surest of: mistakes.csv has one row per pixel of the sheet (y down),
// mistake_names.csv what each picture is and what it was taken for.
static void write_mistakes(const char *out, const struct images *test, const int *predicted, float *confidence) {
    int h = test->height, w = test->width, gap = 10;
    int sheet_w = MISTAKE_COLUMNS * (w + gap), sheet_h = MISTAKE_ROWS * (h + gap);
    float *sheet = alloc_floats((size_t)sheet_w * sheet_h);
    struct csv_log pixels, names;
    csv_open(&names, out, "mistake_names.csv", "x,y,label,predicted,confidence");
    for (int k = 0; k < MISTAKE_ROWS * MISTAKE_COLUMNS; k++) {
        int surest = next_mistake(test, predicted, confidence);
        if (surest < 0) break;
        int left = k % MISTAKE_COLUMNS * (w + gap) + gap / 2, top = k / MISTAKE_COLUMNS * (h + gap) + gap;
        for (int y = 0; y < h; y++) {
            memcpy(sheet + (size_t)(top + y) * sheet_w + left, test->pixels + ((size_t)surest * h + y) * w,
                   (size_t)w * sizeof(float));
        }
        csv_row(&names, "%g,%d,%s,%s,%.3f", left + 0.5 * w, top, fashion_mnist_names[test->labels[surest]],
                fashion_mnist_names[predicted[surest]], (double)confidence[surest]);
        confidence[surest] = -1.0f;
    }
    csv_close(&names);
    csv_open(&pixels, out, "mistakes.csv", "x,y,value");
    for (int p = 0; p < sheet_w * sheet_h; p++) {
        csv_row(&pixels, "%d,%d,%.3f", p % sheet_w, p / sheet_w, (double)sheet[p]);
    }
    csv_close(&pixels);
    free(sheet);
}

struct curves {
    struct csv_log steps, epochs;
    struct live_plot live;
    struct progress progress;
    double since_log;  // sum of losses
    int done;          // steps
};

static void one_epoch(struct curves *c, struct trainer *t, int *step) {
    int per_epoch = trainer_steps_per_epoch(t);
    for (int s = 0; s < per_epoch; s++) {
        c->since_log += (double)trainer_step(t);
        if (++*step % LOG_EVERY != 0) continue;
        double loss = c->since_log / LOG_EVERY, epoch = (double)*step / per_epoch;
        c->since_log = 0.0;
        csv_row(&c->steps, "%.4f,%.6g", epoch, loss);
        live_point(&c->live, "training loss", (float)epoch, (float)loss);
        progress_update(&c->progress, (double)*step * t->batch, "loss %.3f", plain_nan(loss));
    }
}

static void finish(const struct options *o, struct trainer *t, const struct images *test) {
    int *predicted = alloc_zeroed(test->n, sizeof *predicted);
    float *confidence = alloc_floats(test->n);
    evaluate(&t->mlp, test, test->n, predicted, confidence);
    write_confusion(o->out, test, predicted);
    write_mistakes(o->out, test, predicted, confidence);
    free(predicted);
    free(confidence);
}

void show_fashion(const struct options *o, const struct images *train, const struct images *test) {
    struct trainer t;
    trainer_init(&t, o, train);
    struct curves c = {0};
    csv_open(&c.steps, o->out, "fashion_steps.csv", "epoch,loss");
    csv_open(&c.epochs, o->out, "fashion_epochs.csv", "epoch,train_loss,train_accuracy,test_loss,test_accuracy");
    live_open(&c.live, "MLP on Fashion-MNIST", "epoch", "cross-entropy");
    printf("\nMLP %d-%d-%d, %s, on %d images of Fashion-MNIST: batch %d, learning rate %g\n", t.mlp.sizes[0],
           t.mlp.sizes[1], t.mlp.sizes[2], o->activation, train->n, o->batch, (double)o->lr);
    printf("  epoch  train loss  accuracy   test loss  accuracy\n");
    progress_start(&c.progress, "train", (double)o->epochs * train->n, "images");
    for (int epoch = 1, step = 0; epoch <= o->epochs; epoch++) {
        one_epoch(&c, &t, &step);
        struct evaluation seen = evaluate(&t.mlp, train, train->n < test->n ? train->n : test->n, NULL, NULL);
        struct evaluation held = evaluate(&t.mlp, test, test->n, NULL, NULL);
        csv_row(&c.epochs, "%d,%.6g,%.6g,%.6g,%.6g", epoch, (double)seen.loss, (double)seen.accuracy, (double)held.loss,
                (double)held.accuracy);
        live_point(&c.live, "test loss", (float)epoch, held.loss);
        printf("  %5d  %10.4f  %7.2f%%  %10.4f  %7.2f%%\n", epoch, plain_nan(seen.loss), 100.0 * (double)seen.accuracy,
               plain_nan(held.loss), 100.0 * (double)held.accuracy);
    }
    progress_end(&c.progress, "%d epochs", o->epochs);
    live_close(&c.live);
    csv_close(&c.steps);
    csv_close(&c.epochs);
    finish(o, &t, test);
    trainer_free(&t);
}
