// Tables of numbers in text files.
#include "datasets/csv.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/common.h"
#include "datasets/source.h"

enum { LINE_SIZE = 65536 };

// What is known of a file while it is read, line by line.
struct reader {
    struct source source;
    struct table table;    // rows and columns so far; its values are in cells until the end
    struct buffer cells;   // floats
    char separator;        // ',' or ' ', which stands for blanks and tabs
    long line;             // number of the line in text, from 1
    long empty_line;       // the first empty line after the last row, 0: none
    char text[LINE_SIZE];  // the line, ended by NUL, without its line end
    unsigned char chunk[4096];
    int chunk_size, chunk_at;
};

static int next_byte(struct reader *r) {
    if (r->chunk_at == r->chunk_size) {
        r->chunk_at = 0;
        r->chunk_size = source_read(&r->source, r->chunk, sizeof r->chunk);
        if (r->chunk_size <= 0) return r->chunk_size < 0 ? -2 : -1;
    }
    return r->chunk[r->chunk_at++];
}

// Reads the next line to r->text. Returns 1; 0 at the end of the file; -1 on a fault.
static int read_line(struct reader *r) {
    int length = 0, c;
    r->line++;
    while ((c = next_byte(r)) >= 0 && c != '\n') {
        if (c == '\0') {
            source_fault(&r->source, "line %ld, byte %d: expected text, found a NUL byte", r->line, length + 1);
            return -1;
        }
        if (length == LINE_SIZE - 1) {
            source_fault(&r->source, "line %ld: expected fewer than %d bytes, found more", r->line, LINE_SIZE);
            return -1;
        }
        r->text[length++] = (char)c;
    }
    if (c == -2) return -1;
    if (c == -1 && length == 0) return 0;
    if (length > 0 && r->text[length - 1] == '\r') length--;
    r->text[length] = '\0';
    // The mark that some editors put before UTF-8 text.
    if (r->line == 1 && strncmp(r->text, "\xef\xbb\xbf", 3) == 0) memmove(r->text, r->text + 3, (size_t)length - 2);
    return 1;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_empty(const char *text) {
    while (is_blank(*text)) text++;
    return *text == '\0';
}

// Cuts the next cell off *rest: ends it in place, without the blanks and quotes around it, and moves *rest past its
// separator, to NULL after the last one. NULL: no cell is left.
static char *next_cell(char **rest, char separator) {
    char *cell = *rest;
    if (!cell) return NULL;
    while (is_blank(*cell)) cell++;
    char *end = separator == ',' ? cell + strcspn(cell, ",") : cell + strcspn(cell, " \t");
    char *next = end;
    if (separator == ',') *rest = *next ? next + 1 : NULL;
    else {
        while (is_blank(*next)) next++;
        *rest = *next ? next : NULL;
    }
    while (end > cell && is_blank(end[-1])) end--;
    *end = '\0';
    if (end - cell >= 2 && *cell == '"' && end[-1] == '"') {
        end[-1] = '\0';
        cell++;
    }
    return cell;
}

// Whether the cell is a number in any notation that C knows, nan, inf and 0x1p3 among them.
static bool is_number(const char *cell, float *value) {
    char *end;
    *value = strtof(cell, &end);
    return *cell != '\0' && !isspace((unsigned char)*cell) && *end == '\0';
}

// Tells that a cell is wrong, and shows it: its first characters, with those that do not print as \xNN.
static bool cell_fault(struct reader *r, int column, const char *cell) {
    char shown[100] = "an empty cell";
    size_t length = 0;
    for (int i = 0; cell[i]; i++) {
        if (i == 20) {
            snprintf(shown + length, sizeof shown - length, "...");
            break;
        }
        bool prints = cell[i] >= 32 && cell[i] < 127;
        length +=
            (size_t)snprintf(shown + length, sizeof shown - length, prints ? "%c" : "\\x%02x", (unsigned char)cell[i]);
    }
    return source_fault(&r->source, "line %ld, column %d: expected a finite number like -1.5 or 2e3, found %s%s%s",
                        r->line, column, *cell ? "\"" : "", shown, *cell ? "\"" : "");
}

// Names the columns: by the cells of the line in r->text, or c0, c1, .. if from_line is false.
static void name_columns(struct reader *r, bool from_line) {
    r->table.names = alloc_zeroed((size_t)r->table.columns, sizeof *r->table.names);
    char *rest = r->text;
    for (int c = 0; c < r->table.columns; c++) {
        char number[16];
        snprintf(number, sizeof number, "c%d", c);
        const char *name = from_line ? next_cell(&rest, r->separator) : number;
        r->table.names[c] = alloc_zeroed(strlen(name) + 1, 1);
        strcpy(r->table.names[c], name);
    }
}

// Settles from the first line with cells what parts them, how many there are, and what they are called. Sets *header to
// whether the line is names rather than numbers.
static void read_layout(struct reader *r, bool may_be_header, bool *header) {
    r->separator = strchr(r->text, ',') ? ',' : ' ';
    char copy[LINE_SIZE];
    strcpy(copy, r->text);
    char *rest = copy;
    bool words = false, numbers = false;
    for (char *cell; (cell = next_cell(&rest, r->separator)); r->table.columns++) {
        float value;
        if (is_number(cell, &value)) numbers = true;
        else if (*cell) words = true;
    }
    *header = may_be_header && words && !numbers;
    name_columns(r, *header);
}

static bool read_row(struct reader *r) {
    char *rest = r->text;
    int column = 0;
    for (char *cell; (cell = next_cell(&rest, r->separator)); column++) {
        if (column == r->table.columns)
            return source_fault(&r->source,
                                "line %ld, column %d: expected the end of the line, after %d columns as in the"
                                " first, found more",
                                r->line, column + 1, r->table.columns);
        float value;
        bool plain = strspn(cell, "0123456789+-.eE") == strlen(cell);
        if (!is_number(cell, &value) || !plain || !isfinite(value)) return cell_fault(r, column + 1, cell);
        if (!buffer_append(&r->cells, &value, sizeof value, &r->source)) return false;
    }
    if (column < r->table.columns)
        return source_fault(&r->source,
                            "line %ld, column %d: expected %d columns, as in the first line, found the end of"
                            " the line",
                            r->line, column + 1, r->table.columns);
    r->table.rows++;
    return true;
}

static bool read_lines(struct reader *r, bool may_be_header) {
    int status;
    while ((status = read_line(r)) == 1) {
        if (is_empty(r->text)) {
            if (r->empty_line == 0) r->empty_line = r->line;
            continue;
        }
        if (r->empty_line > 0)
            return source_fault(&r->source, "line %ld: expected a row of numbers, found an empty line", r->empty_line);
        bool header = false;
        if (!r->table.names) read_layout(r, may_be_header, &header);
        if (!header && !read_row(r)) return false;
    }
    if (status < 0) return false;
    if (r->table.rows == 0)
        return source_fault(&r->source, "line %ld: expected a row of numbers, found the end", r->line);
    return true;
}

// first_line: NULL where the file starts with its header or its rows.
static bool read_table(struct table *out, char *first_line, size_t size, const char *path, char *error,
                       size_t error_size) {
    *out = (struct table){0};
    struct reader *r = alloc_zeroed(1, sizeof *r);
    bool ok = source_open(&r->source, path, error, error_size);
    if (ok && first_line) {
        int status = read_line(r);
        if (status == 0) source_fault(&r->source, "line 1: expected a line of text, found the end");
        if (status == 1 && strlen(r->text) >= size) {
            source_fault(&r->source, "line 1: expected fewer than %zu bytes, found %zu", size, strlen(r->text));
            status = -1;
        }
        ok = status == 1;
        if (ok) strcpy(first_line, r->text);
    }
    ok = ok && read_lines(r, first_line == NULL);
    source_close(&r->source);
    r->table.values = (float *)(void *)r->cells.data;
    if (ok) *out = r->table;
    else table_free(&r->table);
    free(r);
    return ok;
}

bool table_read(struct table *out, const char *path, char *error, size_t error_size) {
    return read_table(out, NULL, 0, path, error, error_size);
}

bool table_read_after(struct table *out, char *first_line, size_t size, const char *path, char *error,
                      size_t error_size) {
    return read_table(out, first_line, size, path, error, error_size);
}

void table_free(struct table *t) {
    for (int c = 0; t->names && c < t->columns; c++) free(t->names[c]);
    free(t->names);
    free(t->values);
    *t = (struct table){0};
}
