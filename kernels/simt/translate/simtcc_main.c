// simtcc: compiles .cu files for the simulator, as nvcc compiles them for a GPU. Translates, then runs g++ or clang++.
#define _DEFAULT_SOURCE
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler.h"
#include "dependencies.h"
#include "options.h"
#include "text.h"
#include "translate.h"

static volatile sig_atomic_t stopped;  // the signal that came
static void stop(int signal_number) {
    stopped = signal_number;
}

struct job {
    const struct options *options;
    struct compiler compiler;
    char *folder;         // temporary
    struct list objects;  // what is linked
    struct list rubbish;  // temporary files
};

static bool open_folder(struct job *job) {
    const char *place = getenv("TMPDIR");
    job->folder = text_join("%s/simtcc.XXXXXX", place && *place ? place : "/tmp");
    char real[PATH_MAX];
    if (mkdtemp(job->folder) && realpath(job->folder, real)) {
        free(job->folder);
        job->folder = text_join("%s", real);
        return true;
    }
    fprintf(stderr, "simtcc: no temporary folder %s: %s. Set TMPDIR to a folder that can be written to\n", job->folder,
            strerror(errno));
    return false;
}

static void close_folder(struct job *job) {
    for (int i = 0; i < job->rubbish.count; i++) remove(job->rubbish.item[i]);
    if (job->folder) rmdir(job->folder);
    list_free(&job->rubbish);
    list_free(&job->objects);
    compiler_free(&job->compiler);
    free(job->folder);
}

// name.o in the current folder, or -o; without -c a temporary one
static char *object_name(struct job *job, const char *name) {
    const struct options *o = job->options;
    if (!o->compile) {
        char *object = text_join("%s/%d.o", job->folder, job->objects.count);
        list_add(&job->rubbish, text_join("%s", object));
        return object;
    }
    if (o->out) return text_join("%s", o->out);
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name, *dot = strrchr(base, '.');
    return text_join("%.*s.o", (int)(dot - base), base);
}

// Where the compiler would write the list of headers: beside the object, x.o -> x.d
static char *dependency_name(const struct options *o, const char *object) {
    if (!o->dependencies) return NULL;
    if (o->dependency_file) return text_join("%s", o->dependency_file);
    const char *beside = o->compile || !o->out ? object : o->out, *slash = strrchr(beside, '/');
    const char *dot = strrchr(slash ? slash : beside, '.');
    return text_join("%.*s.d", (int)(dot ? dot - beside : (long)strlen(beside)), beside);
}

static int print_translation(const char *copy) {
    FILE *f = fopen(copy, "r");
    char bytes[1 << 14];
    size_t n;
    while (f && (n = fread(bytes, 1, sizeof bytes, f)) > 0) fwrite(bytes, 1, n, stdout);
    if (f) fclose(f);
    return f ? 0 : 1;
}

// t: the translation of a .cu file, NULL: C or C++
static int compile(struct job *job, const char *name, const struct translation *t) {
    const struct options *o = job->options;
    char *object = object_name(job, name), *dependencies = dependency_name(o, object);
    int status = t ? compiler_compile_cuda(&job->compiler, o, t->copy[0].path, job->folder, name, object, dependencies)
                   : compiler_compile_other(&job->compiler, o, name, object, dependencies);
    bool renamed = !t || !dependencies || dependencies_rename(dependencies, t);
    if (!renamed && status == 0) {
        fprintf(stderr, "simtcc: %s cannot be written: %s\n", dependencies, strerror(errno));
        status = 1;
    }
    list_add(&job->objects, object);
    free(dependencies);
    return status;
}

static int compile_cuda(struct job *job, const char *name) {
    const struct options *o = job->options;
    char real[PATH_MAX];
    struct translation t = {.folder = job->folder,
                            .include = (const char *const *)o->include.item,
                            .includes = o->include.count,
                            .headers = realpath(job->compiler.headers, real) ? real : ""};
    macros_start(&t.macros, o->flags.item);
    const char *copy = translate_file(&t, name);
    int status = !copy || t.errors ? 1 : o->print ? print_translation(copy) : compile(job, name, &t);
    translation_free(&t);
    return status;
}

static int run(struct job *job) {
    const struct options *o = job->options;
    int status = 0;
    for (int i = 0; i < o->inputs.count && !stopped; i++) {
        int s = compile_cuda(job, o->inputs.item[i]);
        if (s) status = s;
    }
    for (int i = 0; i < o->sources.count && !stopped && !o->print; i++) {
        int s = compile(job, o->sources.item[i], NULL);
        if (s) status = s;
    }
    if (status || stopped || o->compile || o->print) return status;
    return compiler_link(&job->compiler, o, &job->objects, o->out ? o->out : "a.out");
}

int main(int argc, char **argv) {
    (void)argc;
    struct options options = {0};
    bool good = options_read(&options, argv + 1);
    if (!good || options.help) {
        if (good) options_help();
        options_free(&options);
        return good ? 0 : 2;
    }
    struct sigaction action = {.sa_handler = stop};
    const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (int i = 0; i < 3; i++) sigaction(signals[i], &action, NULL);
    struct job job = {.options = &options};
    int status = compiler_open(&job.compiler) && open_folder(&job) ? run(&job) : 1;
    close_folder(&job);
    options_free(&options);
    if (stopped) {  // as if it had not been caught
        signal(stopped, SIG_DFL);
        raise(stopped);
    }
    return status;
}
