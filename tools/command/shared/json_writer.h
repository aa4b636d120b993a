/* json_writer - JSON text, indented, from calls in the order of the text.
 *
 *     json_writer w;
 *     json_begin(&w, stream);
 *     json_open_object(&w, NULL);
 *     json_string(&w, "title", title);
 *     json_close(&w);
 *
 * `key` is NULL for elements of an array and for the whole. Numbers that are not finite become
 * null; bytes that are not UTF-8 become U+FFFD.
 */
#ifndef SALTUS_TOOLS_JSON_WRITER_H
#define SALTUS_TOOLS_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH_MAX 16

typedef struct json_writer {
    FILE *stream;
    int depth;
    bool first[JSON_DEPTH_MAX];
    char closing[JSON_DEPTH_MAX];
} json_writer;

void json_begin(json_writer *w, FILE *stream);
void json_open_object(json_writer *w, const char *key);
void json_open_array(json_writer *w, const char *key);
/* Ends the innermost object or array; after the outermost comes a line end. */
void json_close(json_writer *w);

void json_string(json_writer *w, const char *key, const char *text);
void json_double(json_writer *w, const char *key, double value);
void json_integer(json_writer *w, const char *key, uint64_t value);
void json_bool(json_writer *w, const char *key, bool value);
void json_null(json_writer *w, const char *key);
/* A 64-bit word as 16 hexadecimal digits, since doubles do not hold it. */
void json_hex(json_writer *w, const char *key, uint64_t value);

#endif /* SALTUS_TOOLS_JSON_WRITER_H */
