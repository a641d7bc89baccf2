// Small real tables, as scikit-learn ships them (datasets/README.md tells where each comes from). They are read from
// datasets/real/, or from $DAYBREAK_DATA where that is set. Every load dies, and says what to do, if its file is
// missing or damaged.
#pragma once

struct regression {
    int n, features;
    float *x;      // (n, features)
    float *y;      // (n)
    char **names;  // (features)
};

// 442 patients x 10, all in their own units: age (years), sex (1 or 2), bmi (body mass index), bp (mean blood
// pressure), and from the blood s1 total cholesterol, s2 LDL, s3 HDL, s4 total cholesterol / HDL, s5 log of
// triglycerides, s6 sugar. y, 25 to 346, is how far the disease has progressed a year later. (Efron et al. 2004, "Least
// angle regression".)
void diabetes_load(struct regression *d);

void regression_free(struct regression *d);  // leaves d empty; an empty one is fine

struct classification {
    int n, features, classes;
    float *x;            // (n, features)
    int *labels;         // (n), in 0..classes-1
    char **names;        // (features)
    char **class_names;  // (classes)
};

void iris_load(struct classification *d);           // 150 flowers x 4 lengths in cm, 3 species (Fisher 1936)
void wine_load(struct classification *d);           // 178 wines x 13 chemical measurements, 3 growers (Forina 1988)
void breast_cancer_load(struct classification *d);  // 569 tumours x 30 measurements, malignant or benign (Street 1993)
void digits_load(struct classification *d);         // 1,797 pictures of 8x8 pixels in 0..16, 10 digits (Alpaydin 1998)

void classification_free(struct classification *d);  // leaves d empty; an empty one is fine
