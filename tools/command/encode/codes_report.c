/* codes_report - a comparison of codes as a table and as CSV. */
#include <string.h>

#include "encode/codes.h"
#include "shared/command.h"
#include "shared/whole_output.h"

/* Columns that the longest label takes. */
static int label_width(const comparison *c)
{
    size_t longest = strlen("population");
    for (size_t i = 0; i < c->code_count; i++) {
        const size_t length = strlen(c->codes[i].label);
        longest = length > longest ? length : longest;
    }
    return (int)longest;
}

void codes_print(const comparison *c)
{
    const int width = label_width(c);
    printf("%s: %s items of %s values; %s targets, seed %llu\n\n", c->path, count_text(c->items),
           count_text(c->width), count_text(c->targets), (unsigned long long)c->seed);
    printf("%-*s %9s %12s %12s %14s   error (share of the range) at a jitter of\n", width, "",
           "sources", "spikes", "spikes", "synaptic");
    printf("%-*s %9s %12s %12s %14s", width, "code", "a value", "an item", "a value",
           "op. an item");
    for (size_t j = 0; j < c->jitter_count; j++) {
        printf(" %8s ms", number_text(c->jitter_ms[j]));
    }
    printf("\n");
    for (size_t i = 0; i < c->code_count; i++) {
        const compared_code *code = &c->codes[i];
        const double spikes = (double)code->spikes / c->items;
        printf("%-*s %9u %12.6g %12.4g %14.6g", width, code->label, code->sources / c->width,
               spikes, spikes / c->width, (double)code->synaptic_operations / c->items);
        for (size_t j = 0; j < c->jitter_count; j++) {
            printf(" %11.5f", code->error[j]);
        }
        printf("\n");
    }
    for (size_t i = 0; i < c->code_count; i++) {
        if (c->codes[i].undecided[0] > 0) {
            printf("\n%s: of %s values no spike says anything; they are taken for the middle\n",
                   c->codes[i].label, count_text(c->codes[i].undecided[0]));
        }
    }
}

static void put_rows(FILE *stream, const void *what)
{
    const comparison *c = what;
    fprintf(stream, "code,jitter_ms,items,values,sources,spikes,synaptic_operations,error,"
                    "undecided\n");
    for (size_t i = 0; i < c->code_count; i++) {
        const compared_code *code = &c->codes[i];
        for (size_t j = 0; j < c->jitter_count; j++) {
            fprintf(stream, "\"%s\",%s,%u,%u,%u,%llu,%llu,%s,%llu\n", code->label,
                    number_text(c->jitter_ms[j]), c->items, c->width, code->sources,
                    (unsigned long long)code->spikes, (unsigned long long)code->synaptic_operations,
                    number_text(code->error[j]), (unsigned long long)code->undecided[j]);
        }
    }
}

int codes_write_csv(const comparison *c)
{
    return whole_output_write("codes", c->csv, c, put_rows);
}
