// Graded tests of chapter 15: how large a model is, a few rows times a matrix, and a text that grows. Expected values
// come from worked examples, published sizes, and definitions in double that know no cache: they read the whole text
// again. This file has what several of the tests use.
#pragma once
#include <omp.h>
#include <stdlib.h>

#include "15-inference/half.h"
#include "15-inference/inference.h"
#include "grade/grade.h"

enum habit {
    RIGHT,
    AGAIN_FROM_0,  // positions count from 0 in each step
    NO_TURN,       // no RoPE
    QUERIES_ONLY,  // RoPE leaves the keys alone
    NO_ROAD,       // x = the result, not x + the result
    NO_NORM,       // the side road starts at x itself
    OTHER_NORM,    // norm1 for norm2, and the other way round
    NO_BIAS,       // of qkv and up
    NO_PROJ_BIAS,  // of proj and down
    FIRST_LAYER,   // layer 0's weights in every layer
    NO_BEND,       // the hidden numbers as they are (a Llama's: the gates)
    NO_POSITION,   // no position table
    NO_LAST_NORM,  // the head on x itself
    VALUES_TOO,    // RoPE turns the values, too
    RUNS_ON,       // positions are counted from one text to the next
    OTHER_CACHE,   // positions from the cache of layer 0, which has read the new tokens
    TOO_EARLY,     // s->length is moved on before the layers
};
