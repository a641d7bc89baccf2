#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

void list_add(struct list *l, char *item) {
    l->item = text_more(l->item, ((size_t)l->count + 2) * sizeof *l->item);
    l->item[l->count++] = item;
    l->item[l->count] = NULL;
}

void list_copy(struct list *l, const char *const *items) {
    for (; *items; items++) list_add(l, text_join("%s", *items));
}

void list_words(struct list *l, const char *words) {
    while (*words) {
        size_t n = strcspn(words, " \t");
        if (n) list_add(l, text_copy(words, n));
        words += n + (words[n] != '\0');
    }
}

void list_free(struct list *l) {
    for (int i = 0; i < l->count; i++) free(l->item[i]);
    free(l->item);
    *l = (struct list){0};
}

void options_help(void) {
    puts(
        "usage: simtcc [options] file.cu [more .cu, .c, .cpp, .o, -l...]\n"
        "\n"
        "Compiles CUDA C++ for the simulator: the program runs on this machine's processor, without a GPU, and says on "
        "stderr\n"
        "what its kernels do wrong, with kernel, block, thread and line.\n"
        "\n"
        "    simtcc saxpy.cu -o saxpy && ./saxpy\n"
        "\n"
        "  -o FILE    the program (a.out if not given), or with -c the object file\n"
        "  -c         compile only\n"
        "  -fast      without checks and counters: quick, and it finds nothing\n"
        "  -E         print the C++ that the compiler gets\n"
        "  -I, -D, -U, -W, -std=, -M..., -l, -L and other options go to the compiler; nvcc's -arch and its like are "
        "ignored\n"
        "\n"
        "CXX names the compiler: g++ if it is not set, or clang++.\n"
        "\n"
        "When the program runs:\n"
        "  SIMT_REPORT=off|findings|summary|full   what it says on stderr (findings)\n"
        "  SIMT_JSON=FILE                          findings and counters for other programs\n"
        "  SIMT_COUNTERS=0                         checks only\n"
        "  SIMT_TIMEOUT=SECONDS                    for each launch (60)\n"
        "Its exit status is 3 when there were findings and the program itself ended with 0.");
}

static bool starts(const char *s, const char *prefix) {
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

static bool ends(const char *s, const char *suffix) {
    size_t n = strlen(s), m = strlen(suffix);
    return n > m && strcmp(s + n - m, suffix) == 0;
}

static bool is_one_of(const char *s, const char *const *list) {
    for (; *list; list++)
        if (strcmp(s, *list) == 0) return true;
    return false;
}

// The value of "-oFILE" or "-o FILE"; NULL: it is missing
static char *value_of(char ***argument, size_t prefix) {
    char *a = **argument;
    if (a[prefix]) return a + prefix;
    if (!(*argument)[1]) {
        fprintf(stderr, "simtcc: %s needs a value behind it. simtcc --help shows all options\n", a);
        return NULL;
    }
    return *++*argument;
}

// Options of nvcc that say nothing to the simulator. Says how many arguments it has, 0: another option.
static int of_nvcc(const char *a) {
    static const char *const alone[] = {"-lineinfo",
                                        "-G",
                                        "--use_fast_math",
                                        "-use_fast_math",
                                        "--extended-lambda",
                                        "-extended-lambda",
                                        "--expt-relaxed-constexpr",
                                        "-expt-relaxed-constexpr",
                                        "--expt-extended-lambda",
                                        "-rdc=true",
                                        "--relocatable-device-code=true",
                                        "-allow-unsupported-compiler",
                                        "-lcudart",
                                        NULL};
    static const char *const with_value[] = {
        "-arch",      "-gencode",        "-code",  "-Xptxas", "-maxrregcount", "--ptxas-options",  "--gpu-architecture",
        "--gpu-code", "--generate-code", "-ccbin", "-cudart", "--cudart",      "--default-stream", NULL};
    if (is_one_of(a, alone)) return 1;
    for (int i = 0; with_value[i]; i++) {
        size_t n = strlen(with_value[i]);
        if (strncmp(a, with_value[i], n) == 0 && (a[n] == '=' || a[n] == '\0')) return a[n] ? 1 : 2;
    }
    return 0;
}

// nvcc's -Xcompiler=-Wall,-fopenmp or -Xcompiler -Wall: what it hides. NULL: another option, or nothing behind it
static char *hidden_options(char ***argument) {
    static const char *const names[] = {"-Xcompiler", "--compiler-options", NULL};
    for (int i = 0; names[i]; i++) {
        size_t n = strlen(names[i]);
        char *a = **argument;
        if (strncmp(a, names[i], n) == 0 && a[n] == '=') return a + n + 1;
        if (strcmp(a, names[i]) == 0 && (*argument)[1]) return *++*argument;
    }
    return NULL;
}

static void read_hidden(struct options *o, const char *options) {
    while (*options) {
        size_t n = strcspn(options, ",");
        list_add(&o->flags, text_copy(options, n));
        options += n + (options[n] != '\0');
    }
}

static bool read_flag(struct options *o, char ***argument) {
    char *a = **argument;
    static const char *const with_value[] = {"-D",      "-U",         "-MT",     "-MQ",    "-include", "-isystem",
                                             "-iquote", "-idirafter", "--param", "-mllvm", NULL};
    static const char *const of_linker[] = {"-L", "-Xlinker", "-l", NULL};
    bool linker = starts(a, "-l") || starts(a, "-L") || starts(a, "-Wl,") || is_one_of(a, of_linker);
    struct list *l = linker ? &o->link : &o->flags;
    list_add(l, text_join("%s", a));
    if (!is_one_of(a, with_value) && !is_one_of(a, of_linker)) return true;
    char *value = value_of(argument, strlen(a));
    if (value) list_add(l, text_join("%s", value));
    return value != NULL;
}

static bool read_option(struct options *o, char ***argument) {
    char *a = **argument, *value;
    int skip = of_nvcc(a);
    if (skip) {
        for (; skip > 1 && (*argument)[1]; skip--) ++*argument;
    } else if (strcmp(a, "-h") == 0 || strcmp(a, "--help") == 0) {
        o->help = true;
    } else if ((value = hidden_options(argument))) {
        read_hidden(o, value);
    } else if (strcmp(a, "-c") == 0 || strcmp(a, "-dc") == 0) {
        o->compile = true;
    } else if (strcmp(a, "-E") == 0) {
        o->print = true;
    } else if (strcmp(a, "-fast") == 0) {
        o->fast = true;
    } else if (strcmp(a, "-MMD") == 0 || strcmp(a, "-MD") == 0) {
        o->dependencies = true;
        list_add(&o->flags, text_join("%s", a));
    } else if (starts(a, "-MF")) {
        if (!(value = value_of(argument, 3))) return false;
        free(o->dependency_file);
        o->dependency_file = text_join("%s", value);
    } else if (starts(a, "-o")) {
        if (!(value = value_of(argument, 2))) return false;
        free(o->out);
        o->out = text_join("%s", value);
    } else if (starts(a, "-I")) {
        if (!(value = value_of(argument, 2))) return false;
        list_add(&o->include, text_join("%s", value));
        list_add(&o->flags, text_join("-I%s", value));
    } else {
        return read_flag(o, argument);
    }
    return true;
}

static void read_input(struct options *o, const char *name) {
    static const char *const cuda[] = {".cu", ".cuh", NULL};
    static const char *const other[] = {".c", ".cpp", ".cc", ".cxx", NULL};
    for (int i = 0; cuda[i]; i++)
        if (ends(name, cuda[i])) {
            list_add(&o->inputs, text_join("%s", name));
            return;
        }
    bool source = false;
    for (int i = 0; other[i]; i++) source |= ends(name, other[i]);
    list_add(source ? &o->sources : &o->link, text_join("%s", name));
}

bool options_read(struct options *o, char **argument) {
    for (; *argument; argument++) {
        if (**argument != '-') read_input(o, *argument);
        else if (!read_option(o, &argument)) return false;
    }
    if (o->help) return true;
    int objects = (o->compile || o->print) ? o->inputs.count + o->sources.count : 0;
    const char *problem = NULL;
    if (!o->inputs.count && !o->sources.count && !(o->link.count && !o->compile))
        problem = "which file? simtcc file.cu -o prog";
    else if (o->compile && o->out && objects > 1) problem = "-c with -o takes one file: run simtcc once for each";
    if (problem) fprintf(stderr, "simtcc: %s (simtcc --help shows all options)\n", problem);
    return !problem;
}

void options_free(struct options *o) {
    free(o->out);
    free(o->dependency_file);
    list_free(&o->flags);
    list_free(&o->inputs);
    list_free(&o->sources);
    list_free(&o->include);
    list_free(&o->link);
}
