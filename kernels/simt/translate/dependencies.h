// The list of headers that a compiler writes for make (-MMD) names the copies; make is to see the learner's own files.
#pragma once
#include <stdbool.h>

#include "translate.h"

bool dependencies_rename(const char *file, const struct translation *t);
