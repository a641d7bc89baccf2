// The readers: small good files are read exactly, and every kind of damage is told with its place.
#define _GNU_SOURCE  // mkdtemp, setenv, open_memstream
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "common/common.h"
#include "datasets/csv.h"
#include "datasets/fashion_mnist.h"
#include "datasets/idx.h"
#include "datasets/tables.h"

static char folder[] = "/tmp/daybreak-datasets-XXXXXX";

static void make_folder(void) {
    cr_assert(mkdtemp(folder), "no temporary folder");
}

static void remove_folder(void) {
    char command[100];
    snprintf(command, sizeof command, "rm -r %s", folder);
    cr_expect(system(command) == 0);
}

TestSuite(datasets, .init = make_folder, .fini = remove_folder);

// A string literal with its length, for bytes among which there may be zeros.
#define BYTES(literal) literal, sizeof(literal) - 1

static const char *path_of(const char *name) {
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static const char *write_file(const char *name, const void *bytes, size_t size) {
    FILE *f = fopen(path_of(name), "wb");
    cr_assert(f && fwrite(bytes, 1, size, f) == size && fclose(f) == 0);
    return path_of(name);
}

static const char *write_gz(const char *name, const void *bytes, size_t size) {
    gzFile f = gzopen(path_of(name), "wb");
    cr_assert(f && gzwrite(f, bytes, (unsigned)size) == (int)size && gzclose(f) == Z_OK);
    return path_of(name);
}

// Removes the last cut bytes of a file, or, if flip, changes the last of them.
static void damage(const char *path, long cut, bool flip) {
    struct stat s;
    cr_assert(stat(path, &s) == 0);
    if (!flip) {
        cr_assert(truncate(path, s.st_size - cut) == 0);
        return;
    }
    FILE *f = fopen(path, "r+b");
    fseek(f, -cut, SEEK_END);
    int c = fgetc(f);
    fseek(f, -cut, SEEK_END);
    fputc(c ^ 0xff, f);
    fclose(f);
}

// ---- IDX ------------------------------------------------------------------------------------------------------------
#define IDX_2X3 "\0\0\10\2\0\0\0\2\0\0\0\3"

static void expect_2x3(const char *path) {
    struct idx x;
    char error[500];
    cr_assert(idx_read(&x, path, error, sizeof error), "%s", error);
    cr_assert(x.ndim == 2 && x.dim[0] == 2 && x.dim[1] == 3 && x.dim[2] == 1 && x.dim[3] == 1 && x.count == 6);
    cr_assert(memcmp(x.data, "\1\2\3\4\5\377", 6) == 0);
    idx_free(&x);
    cr_assert(!x.data && x.count == 0);
    idx_free(&x);
}

Test(datasets, idx_plain) {
    expect_2x3(write_file("x", BYTES(IDX_2X3 "\1\2\3\4\5\377")));
}

Test(datasets, idx_gzip) {
    expect_2x3(write_gz("x.gz", BYTES(IDX_2X3 "\1\2\3\4\5\377")));
}

Test(datasets, idx_larger_than_a_chunk) {
    enum { N = 100003 };
    unsigned char *bytes = alloc_zeroed(8 + N, 1);
    memcpy(bytes, "\0\0\10\1\0\1\206\243", 8);  // 0x186a3 = 100003
    for (int i = 0; i < N; i++) bytes[8 + i] = (unsigned char)(i * 7 % 251);
    struct idx x;
    char error[500];
    cr_assert(idx_read(&x, write_gz("x.gz", bytes, 8 + N), error, sizeof error), "%s", error);
    cr_assert(x.count == N && memcmp(x.data, bytes + 8, N) == 0);
    idx_free(&x);
    free(bytes);
}

// The file is refused, with its path and all of what was expected, and out is left empty.
static void expect_idx_fault(const char *path, const char *message) {
    struct idx x = {.count = 77};
    char error[500];
    cr_assert(!idx_read(&x, path, error, sizeof error), "accepted, instead of: %s", message);
    cr_assert(strncmp(error, path, strlen(path)) == 0, "the path is missing in: %s", error);
    cr_assert(strstr(error, message), "got \"%s\", expected in it \"%s\"", error, message);
    cr_assert(!x.data && x.count == 0);
}

Test(datasets, idx_malformed) {
    static const struct {
        const char *bytes;
        size_t size;
        const char *message;
    } cases[] = {
        {BYTES(""), "byte 0: expected the 4 bytes that start an IDX file, found the end"},
        {BYTES("\0\0\10"), "byte 3: expected the 4 bytes that start an IDX file, found the end"},
        {BYTES("PK\3\4...."), "byte 0: expected 00 00, as every IDX file starts, found 50 4b"},
        {BYTES("\0\0\15\1\0\0\0\1\0\0\0\0"), "byte 2: expected type 08 (unsigned bytes), found 0d"},
        {BYTES("\0\0\10\0\1"), "byte 3: expected 1 to 4 dimensions, found 0"},
        {BYTES("\0\0\10\5\0\0\0\1"), "byte 3: expected 1 to 4 dimensions, found 5"},
        {BYTES("\0\0\10\2\0\0\0\1\0\0"), "byte 10: expected dimension 2 of 2, 4 bytes, found the end"},
        {BYTES("\0\0\10\2\0\0\0\2\0\0\0\0"), "byte 8: expected dimension 2 to be 1 or more, found 0"},
        {BYTES("\0\0\10\1\377\377\377\377abc"), "byte 4: expected dimensions that make at most 1073741824 bytes"},
        {BYTES("\0\0\10\3\0\1\0\0\0\1\0\0\0\1\0\0abc"), "byte 8: expected dimensions that make at most 1073741824"},
        {BYTES("\0\0\10\4\200\0\0\0\200\0\0\0\200\0\0\0\200\0\0\0"), "byte 4: expected dimensions that make at most"},
        {BYTES(IDX_2X3 "abcde"), "byte 17: expected 6 bytes of data, as the header says, found the end after 5"},
        {BYTES(IDX_2X3), "byte 12: expected 6 bytes of data, as the header says, found the end after 0"},
        {BYTES(IDX_2X3 "abcdefg"), "byte 18: expected the end, after the 6 bytes that the header asks for, found more"},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        expect_idx_fault(write_file("x", cases[i].bytes, cases[i].size), cases[i].message);
        expect_idx_fault(write_gz("x.gz", cases[i].bytes, cases[i].size), cases[i].message);
    }
}

Test(datasets, idx_damaged_gzip) {
    const char *path = write_gz("x.gz", BYTES(IDX_2X3 "\1\2\3\4\5\377"));
    damage(path, 6, true);  // in the checksum
    expect_idx_fault(path, "the gzip stream is damaged or cut short");
    path = write_gz("x.gz", BYTES(IDX_2X3 "\1\2\3\4\5\377"));
    damage(path, 9, false);
    expect_idx_fault(path, "the gzip stream is damaged or cut short");
}

Test(datasets, idx_unreadable) {
    expect_idx_fault(path_of("absent"), "cannot be opened: No such file or directory");
    expect_idx_fault(folder, "cannot be read: Is a directory");
}

Test(datasets, idx_memory_follows_the_file_not_the_header) {
#ifndef __SANITIZE_ADDRESS__
    const char *path = write_file("x", BYTES("\0\0\10\1\77\377\377\377abc"));  // says 1 GiB - 1
    struct rlimit limit = {256 << 20, 256 << 20};
    cr_assert(setrlimit(RLIMIT_AS, &limit) == 0);
    expect_idx_fault(path, "expected 1073741823 bytes of data, as the header says, found the end after 3");
#endif
}

Test(datasets, fault_is_cut_to_its_room) {
    struct idx x;
    char error[20];
    memset(error, 'x', sizeof error);
    cr_assert(!idx_read(&x, path_of("absent"), error, 16) && strlen(error) == 15 && error[16] == 'x');
    cr_assert(!idx_read(&x, path_of("absent"), error, 0) && strlen(error) == 15);
}

// ---- CSV ------------------------------------------------------------------------------------------------------------
static struct table read_text(const char *bytes, size_t size) {
    struct table t;
    char error[500];
    cr_assert(table_read(&t, write_file("t.csv", bytes, size), error, sizeof error), "%s", error);
    return t;
}

static void expect_row(const struct table *t, int row, float a, float b) {
    cr_assert(t->columns == 2 && row < t->rows, "the table is %d x %d", t->rows, t->columns);
    cr_assert(t->values[2 * row] == a && t->values[2 * row + 1] == b, "row %d is %g %g", row, t->values[2 * row],
              t->values[2 * row + 1]);
}

Test(datasets, csv_layouts) {
    static const struct {
        const char *bytes;
        size_t size;
        const char *names[2];
    } cases[] = {
        {BYTES("1.5,-2\n3e2,.25\n"), {"c0", "c1"}},
        {BYTES("1.5,-2\r\n3e2,.25\r\n"), {"c0", "c1"}},
        {BYTES("1.5,-2\n3e2,.25"), {"c0", "c1"}},
        {BYTES("1.5,-2\n3e2,.25\n\n \n"), {"c0", "c1"}},
        {BYTES(" 1.5 , -2\t\n300,+0.25\n"), {"c0", "c1"}},
        {BYTES("  1.5  -2 \n3e2\t.25\n"), {"c0", "c1"}},
        {BYTES("age,body mass\n1.5,-2\n3e2,.25\n"), {"age", "body mass"}},
        {BYTES("\"age\",\"y\"\r\n\"1.5\",-2\r\n3e2,.25\r\n"), {"age", "y"}},
        {BYTES("\xef\xbb\xbf"
               "age,y\n1.5,-2\n3e2,.25\n"),
         {"age", "y"}},
        {BYTES(",y\n1.5,-2\n3e2,.25\n"), {"", "y"}},
        {BYTES("age y\n1.5 -2\n3e2 .25\n"), {"age", "y"}},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        struct table t = read_text(cases[i].bytes, cases[i].size);
        cr_assert(t.rows == 2, "case %d: %d rows", i, t.rows);
        expect_row(&t, 0, 1.5f, -2);
        expect_row(&t, 1, 300, 0.25f);
        cr_assert_str_eq(t.names[0], cases[i].names[0]);
        cr_assert_str_eq(t.names[1], cases[i].names[1]);
        table_free(&t);
        cr_assert(!t.values && !t.names && t.rows == 0);
        table_free(&t);
    }
}

Test(datasets, csv_gzip_and_many_rows) {
    char *text;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    for (int i = 0; i < 20000; i++) fprintf(f, "%d,%d\n", i, -3 * i);
    fclose(f);
    struct table t;
    char error[500];
    cr_assert(table_read(&t, write_gz("t.csv.gz", text, size), error, sizeof error), "%s", error);
    cr_assert(t.rows == 20000);
    for (int i = 0; i < t.rows; i++) expect_row(&t, i, (float)i, (float)(-3 * i));
    table_free(&t);
    free(text);
}

Test(datasets, csv_after_a_first_line) {
    struct table t;
    char error[500], line[20];
    const char *path = write_file("t.csv", BYTES("2,1,setosa\r\n5.1,0\n4.9,1\n"));
    cr_assert(table_read_after(&t, line, sizeof line, path, error, sizeof error), "%s", error);
    cr_assert_str_eq(line, "2,1,setosa");
    expect_row(&t, 1, 4.9f, 1);
    table_free(&t);
    cr_assert(!table_read_after(&t, line, 10, path, error, sizeof error));
    cr_assert(strstr(error, "line 1: expected fewer than 10 bytes, found 10"), "%s", error);
    cr_assert(!table_read_after(&t, line, 10, write_file("t.csv", "", 0), error, sizeof error));
    cr_assert(strstr(error, "line 1: expected a line of text, found the end"), "%s", error);
}

static void expect_csv_fault(const char *path, const char *message) {
    struct table t = {.rows = 77};
    char error[500];
    cr_assert(!table_read(&t, path, error, sizeof error), "accepted, instead of: %s", message);
    cr_assert(strncmp(error, path, strlen(path)) == 0, "the path is missing in: %s", error);
    cr_assert(strstr(error, message), "got \"%s\", expected in it \"%s\"", error, message);
    cr_assert(!t.values && !t.names && t.rows == 0 && t.columns == 0);
}

Test(datasets, csv_malformed) {
    static const struct {
        const char *bytes;
        size_t size;
        const char *message;
    } cases[] = {
        {BYTES(""), "line 1: expected a row of numbers, found the end"},
        {BYTES("\n\n"), "line 3: expected a row of numbers, found the end"},
        {BYTES("a,b\n"), "line 2: expected a row of numbers, found the end"},
        {BYTES("1,2\n3,x\n"), "line 2, column 2: expected a finite number like -1.5 or 2e3, found \"x\""},
        {BYTES("1,2\n3,\n"), "line 2, column 2: expected a finite number like -1.5 or 2e3, found an empty cell"},
        {BYTES("1,2\n3\n"), "line 2, column 2: expected 2 columns, as in the first line, found the end of the line"},
        {BYTES("1,2\n3,4,5\n"), "line 2, column 3: expected the end of the line, after 2 columns as in the first"},
        {BYTES("a,b,c\n1,2\n"), "line 2, column 3: expected 3 columns, as in the first line"},
        {BYTES("a,b\n1,2\nc,d\n"), "line 3, column 1: expected a finite number like -1.5 or 2e3, found \"c\""},
        {BYTES("1,x\n3,4\n"), "line 1, column 2: expected a finite number like -1.5 or 2e3, found \"x\""},
        {BYTES("nan,x\n3,4\n"), "line 1, column 1: expected a finite number like -1.5 or 2e3, found \"nan\""},
        {BYTES("1,2\n3,inf\n"), "line 2, column 2: expected a finite number like -1.5 or 2e3, found \"inf\""},
        {BYTES("1,2\n3,1e39\n"), "line 2, column 2: expected a finite number like -1.5 or 2e3, found \"1e39\""},
        {BYTES("1,2\n0x10,4\n"), "line 2, column 1: expected a finite number like -1.5 or 2e3, found \"0x10\""},
        {BYTES("1,2\n3,4 5\n"), "line 2, column 2: expected a finite number like -1.5 or 2e3, found \"4 5\""},
        {BYTES("1;2\n3;4\n"), "line 2, column 1: expected a finite number like -1.5 or 2e3, found \"3;4\""},
        {BYTES("1,2\n\n3,4\n"), "line 2: expected a row of numbers, found an empty line"},
        {BYTES("1,2\n3,\0004\n"), "line 2, byte 3: expected text, found a NUL byte"},
        {BYTES("1,2\n3,\r4\n"), "line 2, column 2: expected a finite number like -1.5 or 2e3, found \"\\x0d4\""},
        {BYTES("1,2\n3,abcdefghijklmnopqrstuvwxyz\n"), "found \"abcdefghijklmnopqrst...\""},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        expect_csv_fault(write_file("t.csv", cases[i].bytes, cases[i].size), cases[i].message);
        expect_csv_fault(write_gz("t.csv.gz", cases[i].bytes, cases[i].size), cases[i].message);
    }
}

Test(datasets, csv_line_length) {
    char *text = alloc_zeroed(65537, 1);
    memset(text, '1', 65536);
    text[1] = '.';
    struct table t = read_text(text, 65535);
    cr_assert(t.rows == 1 && t.columns == 1 && fabsf(t.values[0] - 1.111111f) < 1e-6f);
    table_free(&t);
    expect_csv_fault(write_file("t.csv", text, 65536), "line 1: expected fewer than 65536 bytes, found more");
    free(text);
}

Test(datasets, csv_unreadable) {
    expect_csv_fault(path_of("absent"), "cannot be opened: No such file or directory");
    expect_csv_fault(folder, "cannot be read: Is a directory");
    const char *path = write_gz("t.csv.gz", BYTES("1,2\n3,4\n"));
    damage(path, 9, false);
    expect_csv_fault(path, "the gzip stream is damaged or cut short");
}

// ---- what the loaders refuse ----------------------------------------------------------------------------------------
// Runs load in a process of its own, which must end with status 1, and returns what it wrote to stderr.
static const char *death_of(void (*load)(void)) {
    static char message[4000];
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen(path_of("stderr"), "wb", stderr)) _exit(9);
        load();
        _exit(0);
    }
    int status;
    cr_assert(waitpid(child, &status, 0) == child);
    FILE *f = fopen(path_of("stderr"), "rb");
    cr_assert(f);
    message[fread(message, 1, sizeof message - 1, f)] = '\0';
    fclose(f);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1, "status %x, and it said: %s", (unsigned)status, message);
    return message;
}

static void expect_death(void (*load)(void), const char *message) {
    const char *said = death_of(load);
    cr_assert(strstr(said, message), "got \"%s\", expected in it \"%s\"", said, message);
}

static void load_test_images(void) {
    struct images test;
    fashion_mnist_load(NULL, &test);
}

static void load_iris(void) {
    struct classification iris;
    iris_load(&iris);
}

static void use_folder(const char *set) {
    setenv("DAYBREAK_DATA", folder, 1);
    cr_assert(mkdir(path_of(set), 0777) == 0);
}

// A header for n images of 28 x 28, followed by them: black.
static void write_images(int n) {
    size_t size = 16 + 784 * (size_t)n;
    unsigned char *bytes = alloc_zeroed(size, 1);
    memcpy(bytes, "\0\0\10\3\0\0\0\0\0\0\0\34\0\0\0\34", 16);
    bytes[7] = (unsigned char)n;
    write_file("fashion-mnist/t10k-images-idx3-ubyte", bytes, size);
    free(bytes);
}

Test(datasets, fashion_mnist_refused) {
    use_folder("fashion-mnist");
    expect_death(load_test_images, "fashion-mnist/t10k-images-idx3-ubyte: cannot be opened: No such file");
    expect_death(load_test_images, "DAYBREAK_DATA says so. `make datasets` puts them there.");
    write_images(3);
    write_gz("fashion-mnist/t10k-labels-idx1-ubyte.gz", BYTES("\0\0\10\1\0\0\0\2\0\1"));
    expect_death(load_test_images,
                 "t10k-labels-idx1-ubyte.gz: byte 3: expected 1 dimension, 3 labels as there are images");
    write_file("fashion-mnist/t10k-labels-idx1-ubyte", BYTES("\0\0\10\1\0\0\0\3\0\1\12"));
    expect_death(load_test_images, "t10k-labels-idx1-ubyte: byte 10: expected a label of 0 to 9, found 10");
    write_file("fashion-mnist/t10k-labels-idx1-ubyte", BYTES("\0\0\10\1\0\0\0\3\0\1\11"));
    expect_death(load_test_images, "t10k-images-idx3-ubyte: byte 4: expected 10000 images, found 3");
    write_file("fashion-mnist/t10k-images-idx3-ubyte", BYTES("\0\0\10\3\0\0\0\3\0\0\0\1\0\0\0\1abc"));
    expect_death(load_test_images,
                 "byte 3: expected 3 dimensions, images of 28 x 28, found 3 dimensions, 3 x 1 x 1 x 1");
}

// 150 rows of zeros after the given first line; the class of row 7 is last.
static void write_iris(const char *first, const char *last) {
    FILE *f = fopen(path_of("sklearn/iris.csv"), "wb");
    cr_assert(f);
    fprintf(f, "%s\n", first);
    for (int i = 0; i < 150; i++) fprintf(f, "5.1,3.5,1.4,0.2,%s\n", i == 7 ? last : "0");
    fclose(f);
}

Test(datasets, tables_refused) {
    use_folder("sklearn");
    expect_death(load_iris, "sklearn/iris.csv: cannot be opened: No such file");
    write_file("sklearn/iris.csv", BYTES("150,4,a,b,c\n1,2,3,4,0\n"));
    expect_death(load_iris, "sklearn/iris.csv: expected 150 rows of 5 columns, found 1 of 5");
    write_iris("150,4,a,b", "0");
    expect_death(load_iris, "sklearn/iris.csv: line 1: expected \"150,4,\" and 3 class names, found \"150,4,a,b\"");
    write_iris("149,4,a,b,c", "0");
    expect_death(load_iris, "sklearn/iris.csv: line 1: expected \"150,4,\" and 3 class names, found \"149,4,a,b,c\"");
    static const char *const wrong[] = {"3", "-1", "0.5", "1e30"};
    for (int i = 0; i < COUNT(wrong); i++) {
        char message[200];
        snprintf(message, sizeof message, "line 9, column 5: expected a class of 0 to 2, found %g", atof(wrong[i]));
        write_iris("150,4,a,b,c", wrong[i]);
        expect_death(load_iris, message);
    }
}

Test(datasets, loaders_say_where_to_start) {
    unsetenv("DAYBREAK_DATA");
    cr_assert(chdir(folder) == 0);
    expect_death(load_iris, "Programs of the course run from its top folder");
    cr_assert(chdir("/") == 0);
}
