/* csv_names - the population column of CSV files, quoted where a name needs it. */
#ifndef SALTUS_CSV_NAMES_H
#define SALTUS_CSV_NAMES_H

#include "saltus/network.h"

/* ",NAME," of one population. */
typedef struct csv_name {
    char *text;
    size_t length;
} csv_name;

typedef struct csv_names {
    csv_name *of; /* [count], by population index */
    uint32_t count;
    size_t longest;
} csv_names;

/* SALTUS_OK or SALTUS_E_MEMORY, after which nothing is owned. */
saltus_status sl_csv_names_init(csv_names *names, const saltus_network *network,
                                saltus_error *error);
void sl_csv_names_clear(csv_names *names);

#endif /* SALTUS_CSV_NAMES_H */
