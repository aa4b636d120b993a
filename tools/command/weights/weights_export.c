/* weights_export - weights as NumPy and CSV files.
 *
 * A .npy file of format 1.0 is the 6 bytes "\x93NUMPY", the version 1 0, the length of the header
 * (16 bits, low byte first), the header, the data. The header is a Python dictionary, padded with
 * blanks and ended by a line feed so that the data begin at a multiple of 64 bytes (NumPy's manual,
 * numpy.lib.format). All numbers are written low byte first, whatever the machine.
 */
#include "weights/weights.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/command.h"
#include "shared/whole_output.h"

#define NPY_ALIGNMENT 64
/* Elements of a matrix; 4.3 GB. */
#define MOST_ELEMENTS (UINT64_C(1) << 29)

/* ---- Whole files ------------------------------------------------------------------------- */

/* ---- NumPy ------------------------------------------------------------------------------- */

static void put_low_first(FILE *stream, uint64_t value, unsigned bytes)
{
    unsigned char byte[8];
    for (unsigned i = 0; i < bytes; i++) {
        byte[i] = (unsigned char)(value >> 8 * i);
    }
    fwrite(byte, 1, bytes, stream);
}

static void put_double(FILE *stream, double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    put_low_first(stream, bits, 8);
}

static void put_header(FILE *stream, const char *descr, const char *shape)
{
    static const char start[] = {'\x93', 'N', 'U', 'M', 'P', 'Y', 1, 0};
    char text[256];
    const int length = snprintf(
        text, sizeof text, "{'descr': %s, 'fortran_order': False, 'shape': %s, }", descr, shape);
    const unsigned before = sizeof start + 2;
    const unsigned whole =
        (before + (unsigned)length + 1 + NPY_ALIGNMENT - 1) / NPY_ALIGNMENT * NPY_ALIGNMENT;
    fwrite(start, 1, sizeof start, stream);
    put_low_first(stream, whole - before, 2);
    fprintf(stream, "%-*s\n", (int)(whole - before - 1), text);
}

static void put_synapses(FILE *stream, const void *what)
{
    const weight_table *table = what;
    char shape[32];
    char descr[80];
    snprintf(shape, sizeof shape, "(%zu,)", table->info.synapses);
    snprintf(descr, sizeof descr, "[('source', '<u4'), ('target', '<u4'), ('weight_%s', '<f8')]",
             table->info.unit);
    put_header(stream, descr, shape);
    for (size_t i = 0; i < table->info.synapses; i++) {
        put_low_first(stream, table->sources[i], 4);
        put_low_first(stream, table->targets[i], 4);
        put_double(stream, table->weights[i]);
    }
}

int weights_write_npy(const weight_table *table, const char *path)
{
    return whole_output_write("weights", path, table, put_synapses);
}

/* `weights` of the table has an entry for each pair. */
static void put_matrix(FILE *stream, const void *what)
{
    const weight_table *table = what;
    char shape[48];
    snprintf(shape, sizeof shape, "(%u, %u)", table->info.source_size, table->info.target_size);
    put_header(stream, "'<f8'", shape);
    const uint64_t pairs = (uint64_t)table->info.source_size * table->info.target_size;
    for (uint64_t i = 0; i < pairs; i++) {
        put_double(stream, table->weights[i]);
    }
}

int weights_write_matrix(const weight_table *table, const char *path)
{
    const uint64_t pairs = (uint64_t)table->info.source_size * table->info.target_size;
    if (pairs > MOST_ELEMENTS) {
        complain("weights: a matrix of %s sources and %s targets takes %s, at most %s are allowed; "
                 "leave --matrix out for a list of the %s synapses",
                 count_text(table->info.source_size), count_text(table->info.target_size),
                 bytes_text(8 * pairs), bytes_text(8 * MOST_ELEMENTS),
                 count_text(table->info.synapses));
        return EXIT_CODE_USAGE;
    }
    weight_table matrix = {.info = table->info};
    matrix.weights = calloc(pairs, sizeof *matrix.weights);
    if (matrix.weights == NULL) {
        complain("weights: out of memory (the matrix takes %s)", bytes_text(8 * pairs));
        return EXIT_CODE_FAILED;
    }
    for (size_t i = 0; i < table->info.synapses; i++) {
        const uint64_t place =
            (uint64_t)table->sources[i] * table->info.target_size + table->targets[i];
        matrix.weights[place] += table->weights[i];
    }
    const int code = whole_output_write("weights", path, &matrix, put_matrix);
    free(matrix.weights);
    return code;
}

/* ---- CSV --------------------------------------------------------------------------------- */

static void put_csv(FILE *stream, const void *what)
{
    const weight_table *table = what;
    fprintf(stream, "source,target,weight_%s\n", table->info.unit);
    for (size_t i = 0; i < table->info.synapses; i++) {
        fprintf(stream, "%u,%u,%s\n", table->sources[i], table->targets[i],
                number_text(table->weights[i]));
    }
}

int weights_write_csv(const weight_table *table, const char *path)
{
    return whole_output_write("weights", path, table, put_csv);
}
