/* energy_internal - a cost table as it lies in memory, and the readers that fill it. */
#ifndef SALTUS_ENERGY_INTERNAL_H
#define SALTUS_ENERGY_INTERNAL_H

#include <math.h>

#include "experiment/experiment_reader.h"
#include "saltus/energy.h"

/* What is not known. */
#define NO_NUMBER ((double)NAN)

/* Strings belong to the tree, which therefore lives as long as the table. */
struct saltus_energy_table {
    yaml_tree *tree;
    saltus_energy_figure *prices, *operations, *on_record;
    saltus_energy_remark *included, *absent;
    saltus_energy_part *parts; /* of all sums, one after the other */
    size_t part_count, part_room;
    saltus_energy_info info;
};

/* What a figure stands for decides its keys. */
typedef enum figure_place {
    FIGURE_PRICE,     /* of a term, which is its key; a value or a sum */
    FIGURE_OPERATION, /* an elementary operation; a value */
    FIGURE_LINE       /* of a reference table or on record; names its term and scope */
} figure_place;

/* One table being read. */
typedef struct table_reader {
    reader r;
    saltus_energy_table *table;
    yaml_node *sources;
    double process_nm, voltage_V;
} table_reader;

/* Read the mapping `node` into *out, whose name and, for a price, term are set. */
void sl_energy_read_figure(table_reader *t, yaml_node *node, figure_place place,
                           saltus_energy_figure *out);

/* Check one entry of the section `sources`. */
void sl_energy_check_source(table_reader *t, yaml_node *source);

/* A quantity above 0; absent or wrong: *out stays. */
void sl_energy_read_positive(table_reader *t, yaml_node *mapping, const char *key,
                             quantity_kind kind, double *out);

/* The term named by `text`, at `node`; false with a finding. */
bool sl_energy_read_term(table_reader *t, yaml_node *node, const char *text,
                         saltus_energy_term *out);

/* Put the names of all terms into `names` and return it. */
const char *const *sl_energy_term_names(const char *names[SALTUS_ENERGY_TERM_COUNT]);

#endif /* SALTUS_ENERGY_INTERNAL_H */
