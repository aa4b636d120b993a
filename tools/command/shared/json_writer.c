/* json_writer - JSON text (RFC 8259), indented, from calls in the order of the text. */
#include "shared/json_writer.h"

#include <math.h>

#include "shared/command.h"

void json_begin(json_writer *w, FILE *stream)
{
    *w = (json_writer){.stream = stream};
}

/* Length of the UTF-8 sequence at `text`; 0 when it is none. */
static int sequence_length(const unsigned char *text)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const int length = text[0] < 0x80                      ? 1
                       : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
                       : text[0] >= 0xe0 && text[0] < 0xf0 ? 3
                       : text[0] >= 0xf0 && text[0] < 0xf5 ? 4
                                                           : 0;
    if (length < 2) {
        return length;
    }
    uint32_t code = text[0] & (0x7fu >> length);
    for (int i = 1; i < length; i++) {
        if ((text[i] & 0xc0u) != 0x80u) {
            return 0;
        }
        code = code << 6 | (text[i] & 0x3fu);
    }
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    return code < smallest[length] || code > 0x10ffff || surrogate ? 0 : length;
}

static void write_string(FILE *stream, const char *text)
{
    fputc('"', stream);
    const unsigned char *c = (const unsigned char *)text;
    while (*c != '\0') {
        const int length = sequence_length(c);
        if (length == 0) {
            fputs("\\ufffd", stream);
            c++;
        } else if (*c < 0x20 || *c == 0x7f) {
            fprintf(stream, "\\u%04x", (unsigned)*c++);
        } else {
            if (*c == '"' || *c == '\\') {
                fputc('\\', stream);
            }
            fwrite(c, 1, (size_t)length, stream);
            c += length;
        }
    }
    fputc('"', stream);
}

/* Comma, line, indentation and key of the next value. */
static void begin_value(json_writer *w, const char *key)
{
    if (w->depth > 0) {
        fputs(w->first[w->depth - 1] ? "\n" : ",\n", w->stream);
        w->first[w->depth - 1] = false;
        fprintf(w->stream, "%*s", 2 * w->depth, "");
    }
    if (key != NULL) {
        write_string(w->stream, key);
        fputs(": ", w->stream);
    }
}

static void open_value(json_writer *w, const char *key, char opening, char closing)
{
    begin_value(w, key);
    fputc(opening, w->stream);
    if (w->depth < JSON_DEPTH_MAX) {
        w->first[w->depth] = true;
        w->closing[w->depth] = closing;
        w->depth++;
    }
}

void json_open_object(json_writer *w, const char *key)
{
    open_value(w, key, '{', '}');
}

void json_open_array(json_writer *w, const char *key)
{
    open_value(w, key, '[', ']');
}

void json_close(json_writer *w)
{
    w->depth--;
    if (!w->first[w->depth]) {
        fprintf(w->stream, "\n%*s", 2 * w->depth, "");
    }
    fputc(w->closing[w->depth], w->stream);
    if (w->depth == 0) {
        fputc('\n', w->stream);
    }
}

void json_string(json_writer *w, const char *key, const char *text)
{
    begin_value(w, key);
    write_string(w->stream, text);
}

void json_double(json_writer *w, const char *key, double value)
{
    begin_value(w, key);
    fputs(isfinite(value) ? number_text(value) : "null", w->stream);
}

void json_integer(json_writer *w, const char *key, uint64_t value)
{
    begin_value(w, key);
    fprintf(w->stream, "%llu", (unsigned long long)value);
}

void json_bool(json_writer *w, const char *key, bool value)
{
    begin_value(w, key);
    fputs(value ? "true" : "false", w->stream);
}

void json_null(json_writer *w, const char *key)
{
    begin_value(w, key);
    fputs("null", w->stream);
}

void json_hex(json_writer *w, const char *key, uint64_t value)
{
    begin_value(w, key);
    fprintf(w->stream, "\"%016llx\"", (unsigned long long)value);
}
