// Files that are whole or absent: written as PATH.part, renamed when complete.
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/common.h"

static void make_folders(const char *path) {
    char folder[512];
    for (size_t i = 0; path[i]; i++) {
        folder[i] = path[i];
        if (path[i] != '/' || i == 0) continue;
        folder[i] = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST)
            die("cannot make the folder %s: %s. Choose another folder", folder, strerror(errno));
        folder[i] = '/';
    }
}

static void part_name(char part[520], const char *path) {
    snprintf(part, 520, "%s.part", path);
}

void out_open(struct out_file *out, const char *dir, const char *name) {
    char path[sizeof out->path];
    int length = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (length < 0 || (size_t)length >= sizeof path) die("the path is too long: %s/%s", dir, name);
    out_open_path(out, path);
}

void out_open_path(struct out_file *out, const char *path) {
    if (strlen(path) >= sizeof out->path) die("the path is too long: %s", path);
    strcpy(out->path, path);
    make_folders(out->path);
    char part[520];
    part_name(part, out->path);
    out->f = fopen(part, "w");
    if (!out->f) die("cannot write %s: %s. Choose another folder.", part, strerror(errno));
}

// The new name reaches the disk with the folder's list of names. Not every file system can be asked for that.
static void flush_folder(const char *path) {
    char folder[512];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash) slash[slash == folder] = '\0';  // "/name" lies in "/"
    int f = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY);
    if (f < 0) return;
    fsync(f);
    close(f);
}

void out_close(struct out_file *out) {
    char part[520];
    part_name(part, out->path);
    bool written = fflush(out->f) == 0 && fsync(fileno(out->f)) == 0 && !ferror(out->f);
    int reason = errno;
    written = fclose(out->f) == 0 && written;
    out->f = NULL;
    if (!written) {
        remove(part);
        die("cannot write %s: %s. The previous file, if any, is as it was.", out->path, strerror(reason));
    }
    if (rename(part, out->path) != 0) die("cannot rename %s to %s: %s", part, out->path, strerror(errno));
    flush_folder(out->path);
}
