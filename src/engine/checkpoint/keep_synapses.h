/* keep_synapses - what every synapse of a projection has, as a section of a checkpoint: in the
 * order of sources and then of saltus_simulation_read_row, which no block changes. */
#ifndef SALTUS_KEEP_SYNAPSES_H
#define SALTUS_KEEP_SYNAPSES_H

#include "checkpoint/container.h"
#include "engine/simulation.h"

/* Numbers of all synapses of a projection. */
typedef struct synapse_column {
    section_type type; /* SECTION_U16, SECTION_F32 or SECTION_F64 */
    /* The array of one block, that holds synapses of the projection. */
    void *(*values)(const block_state *block, uint32_t index);
    /* Can the engine bear it? */
    bool (*is_good)(const saltus_simulation *simulation, uint32_t index, double value);
} synapse_column;

/* Where a synapse of a row is. */
typedef struct synapse_place {
    uint32_t target, order; /* order: of the row through all blocks */
    uint32_t block, index;
} synapse_place;

/* The synapses of one row in the order of saltus_simulation_read_row; returns how many. */
uint32_t sl_keep_synapses_row(const saltus_simulation *simulation, uint32_t index, uint32_t source,
                              synapse_place *place);

/* Room for any row of the projection, to be freed. NULL: out of memory. */
synapse_place *sl_keep_synapses_room(const saltus_simulation *simulation, uint32_t index);

/* `place`: such room, to be used as scratch. */
void sl_keep_synapses_put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                          uint32_t index, const char *name, const synapse_column *column,
                          synapse_place *place);
saltus_status sl_keep_synapses_restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                       uint32_t index, const char *name,
                                       const synapse_column *column, synapse_place *place,
                                       saltus_error *error);

#endif /* SALTUS_KEEP_SYNAPSES_H */
