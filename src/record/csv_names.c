/* csv_names - the population column of CSV files, quoted (RFC 4180) where a name needs it. */
#include "record/csv_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"

/* Fill one column; every quote is doubled in the worst case. */
static bool name_column(csv_name *column, const char *name)
{
    column->text = malloc(2 * strlen(name) + 5);
    if (column->text == NULL) {
        return false;
    }
    const bool quoted = strpbrk(name, ",\"\r\n") != NULL;
    char *out = column->text;
    *out++ = ',';
    if (quoted) {
        *out++ = '"';
    }
    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '"') {
            *out++ = '"';
        }
        *out++ = *c;
    }
    if (quoted) {
        *out++ = '"';
    }
    *out++ = ',';
    column->length = (size_t)(out - column->text);
    return true;
}

saltus_status sl_csv_names_init(csv_names *names, const saltus_network *network,
                                saltus_error *error)
{
    *names = (csv_names){.count = saltus_network_population_count(network)};
    names->of = sl_memory_zeroed(names->count, sizeof *names->of);
    if (names->of == NULL) {
        return sl_fail_memory(error);
    }
    for (uint32_t i = 0; i < names->count; i++) {
        if (!name_column(&names->of[i], saltus_network_population_name(network, i))) {
            sl_csv_names_clear(names);
            return sl_fail_memory(error);
        }
        if (names->of[i].length > names->longest) {
            names->longest = names->of[i].length;
        }
    }
    return SALTUS_OK;
}

void sl_csv_names_clear(csv_names *names)
{
    for (uint32_t i = 0; names->of != NULL && i < names->count; i++) {
        free(names->of[i].text);
    }
    free(names->of);
    *names = (csv_names){0};
}
