#define _DEFAULT_SOURCE
#include "compiler.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "text.h"

// Every load and store of a kernel calls the runtime (the library of -fsanitize=thread is not linked), every basic block says
// that it runs. At -O1, for more would join accesses that the learner wrote one by one; and code that stands in two places of the
// source stays in two places, so that it can be named by its line.
static const char checked_gcc[] =
    "-O1 -fsanitize=thread --param tsan-instrument-func-entry-exit=0 --param tsan-distinguish-volatile=1 "
    "-fsanitize-coverage=trace-pc -fno-thread-jumps -fno-reorder-blocks";
static const char checked_clang[] =
    "-O1 -fsanitize=thread -mllvm -tsan-instrument-func-entry-exit=0 -mllvm -tsan-distinguish-volatile=1 "
    "-mllvm -tsan-instrument-read-before-write=1 -mllvm -tsan-instrument-atomics=0 "
    "-fsanitize-coverage=bb,no-prune,trace-pc -mllvm -enable-tail-merge=false -mllvm -sink-common-insts=false -mllvm "
    "-disable-block-placement -mllvm -disable-loop-idiom-all";
// Return addresses are to fit into 32 bits (no PIE); big local arrays are to meet the guard page of their stack.
// DWARF 4, for what g++ writes as DWARF 5 makes addr2line name the translation instead of the learner's file.
static const char cuda[] =
    "-gdwarf-4 -fno-pie -ffp-contract=off -fno-math-errno -fno-optimize-sibling-calls -fstack-clash-protection "
    "-Wno-unknown-pragmas -Wno-psabi -D__SIMT_SIM__=1 -D__CUDACC__=1 -include cuda_runtime.h";

// The folder two names up from the program, and what lies under it
static char *beside_program(const char *program, const char *path) {
    char real[PATH_MAX];
    char *name = text_join("%s/%s", program, path);
    char *found = realpath(name, real) ? text_join("%s", real) : NULL;
    free(name);
    return found;
}

// As short as it can be: from the current folder if it lies there
static char *from_here(char *path) {
    char here[PATH_MAX];
    if (!path || !getcwd(here, sizeof here)) return path;
    size_t n = strlen(here);
    if (strncmp(path, here, n) != 0 || path[n] != '/') return path;
    char *rest = text_join("%s", path + n + 1);
    free(path);
    return rest;
}

bool compiler_open(struct compiler *c) {
    const char *cxx = getenv("CXX");
    list_words(&c->command, cxx && *cxx ? cxx : "g++");
    for (int i = 0; i < c->command.count; i++) c->clang |= strstr(c->command.item[i], "clang") != NULL;
    if (!c->command.count) list_add(&c->command, text_join("g++"));
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    program[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash) *slash = '\0';
    c->library = text_join("%s", program);
    c->headers = from_here(beside_program(program, "../../kernels/simt/include"));
    if (c->headers) return true;
    fprintf(stderr,
            "simtcc: the simulator's headers are not found: %s/../../kernels/simt/include. Run simtcc where it was "
            "built (build/bin/simtcc), or through a symbolic link\n",
            program);
    return false;
}

void compiler_free(struct compiler *c) {
    list_free(&c->command);
    free(c->headers);
    free(c->library);
}

static int run(const struct list *command) {
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGINT, SIG_DFL);
        signal(SIGTERM, SIG_DFL);
        signal(SIGHUP, SIG_DFL);
        execvp(command->item[0], command->item);
        const char *hint = errno == ENOENT ? "install it (apt install g++), or name another with CXX=clang++"
                                           : "CXX names the compiler";
        fprintf(stderr, "simtcc: the compiler %s does not start: %s. Next step: %s\n", command->item[0],
                strerror(errno), hint);
        _exit(1);
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0)
        if (errno != EINTR) child = -1;
    if (child < 0) {
        fprintf(stderr, "simtcc: %s cannot be run: %s\n", command->item[0], strerror(errno));
        return 1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static bool has_flag(const struct options *o, const char *prefix) {
    for (int i = 0; i < o->flags.count; i++)
        if (strncmp(o->flags.item[i], prefix, strlen(prefix)) == 0) return true;
    return false;
}

// The learner's flags; without -O where hooks need their own
static void add_flags(struct list *l, const struct options *o, bool optimise) {
    for (int i = 0; i < o->flags.count; i++)
        if (optimise || strncmp(o->flags.item[i], "-O", 2) != 0) list_add(l, text_join("%s", o->flags.item[i]));
}

static void add_end(struct list *l, const char *source, const char *object, const char *dependencies) {
    if (dependencies) {
        list_add(l, text_join("-MF"));
        list_add(l, text_join("%s", dependencies));
    }
    list_add(l, text_join("-c"));
    list_add(l, text_join("%s", source));
    list_add(l, text_join("-o"));
    list_add(l, text_join("%s", object));
}

// clang++ copies a struct by memcpy, which has no hooks: the runtime has one that does.
static int hook_copies(const char *object) {
    struct list l = {0};
    list_words(&l,
               "objcopy --redefine-sym memcpy=__tsan_memcpy --redefine-sym memmove=__tsan_memmove "
               "--redefine-sym memset=__tsan_memset");
    list_add(&l, text_join("%s", object));
    int status = run(&l);
    list_free(&l);
    return status;
}

int compiler_compile_cuda(const struct compiler *c, const struct options *o, const char *copy, const char *folder,
                          const char *name, const char *object, const char *dependencies) {
    struct list l = {0};
    list_copy(&l, (const char *const *)c->command.item);
    if (!has_flag(o, "-std=")) list_words(&l, "-std=c++17");
    list_words(&l, o->fast ? "-O2" : c->clang ? checked_clang : checked_gcc);
    // threadIdx.x is a property there; #pragma unroll is a wish
    if (c->clang) list_words(&l, "-fdeclspec -Wno-pass-failed");
    list_words(&l, cuda);
    list_add(&l, text_join("-I%s", c->headers));
    const char *slash = strrchr(name, '/');
    list_add(&l, text_join("-fdebug-prefix-map=%s=.", folder));
    list_add(&l, text_join("-iquote"));
    list_add(&l, slash ? text_copy(name, (size_t)(slash + 1 - name)) : text_join("."));
    add_flags(&l, o, o->fast);
    add_end(&l, copy, object, dependencies);
    int status = run(&l);
    list_free(&l);
    return status == 0 && c->clang && !o->fast ? hook_copies(object) : status;
}

// Host code in C or C++: no hooks
int compiler_compile_other(const struct compiler *c, const struct options *o, const char *name, const char *object,
                           const char *dependencies) {
    size_t n = strlen(name);
    bool is_c = n > 2 && strcmp(name + n - 2, ".c") == 0;
    struct list l = {0};
    list_copy(&l, (const char *const *)c->command.item);
    list_words(&l, is_c ? "-x c -std=gnu11 -g -fno-pie -O2" : "-x c++ -std=c++17 -g -fno-pie -O2");
    list_add(&l, text_join("-I%s", c->headers));
    for (int i = 0; i < o->flags.count; i++)
        if (!is_c || strncmp(o->flags.item[i], "-std=", 5) != 0) list_add(&l, text_join("%s", o->flags.item[i]));
    add_end(&l, name, object, dependencies);
    int status = run(&l);
    list_free(&l);
    return status;
}

int compiler_link(const struct compiler *c, const struct options *o, const struct list *objects, const char *program) {
    struct list l = {0};
    list_copy(&l, (const char *const *)c->command.item);
    list_add(&l, text_join("-no-pie"));
    for (int i = 0; i < o->flags.count; i++)  // these bring libraries with them
        if (strncmp(o->flags.item[i], "-fopenmp", 8) == 0 || strcmp(o->flags.item[i], "-pthread") == 0)
            list_add(&l, text_join("%s", o->flags.item[i]));
    if (objects->count) list_copy(&l, (const char *const *)objects->item);
    if (o->link.count) list_copy(&l, (const char *const *)o->link.item);
    list_add(&l, text_join("-o"));
    list_add(&l, text_join("%s", program));
    list_add(&l, text_join("-L%s", c->library));
    list_words(&l, "-lsimt -ljansson -lm");
    int status = run(&l);
    list_free(&l);
    return status;
}
