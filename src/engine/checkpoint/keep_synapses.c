/* keep_synapses - see keep_synapses.h. */
#include "engine/checkpoint/keep_synapses.h"

#include <stdlib.h>

#include "base/memory.h"

static uint32_t sources_of(const saltus_simulation *simulation, uint32_t index)
{
    const saltus_network *network = simulation->network;
    return network->populations[network->projections[index].source].size;
}

synapse_place *sl_keep_synapses_room(const saltus_simulation *simulation, uint32_t index)
{
    const uint32_t sources = sources_of(simulation, index);
    uint32_t longest = 0;
    for (uint32_t s = 0; s < sources; s++) {
        const uint32_t length = saltus_simulation_row_length(simulation, index, s);
        longest = length > longest ? length : longest;
    }
    return sl_memory_array(longest, sizeof(synapse_place));
}

static int compare(const void *a, const void *b)
{
    const synapse_place *x = a;
    const synapse_place *y = b;
    if (x->target != y->target) {
        return x->target < y->target ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

uint32_t sl_keep_synapses_row(const saltus_simulation *simulation, uint32_t index, uint32_t source,
                              synapse_place *place)
{
    const projection *from = &simulation->network->projections[index];
    uint32_t count = 0;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const fan_out *rows = &from->blocks[b];
        for (uint32_t i = rows->row != NULL ? rows->row[source] : 0;
             rows->row != NULL && i < rows->row[source + 1]; i++) {
            place[count] =
                (synapse_place){.target = rows->target[i], .order = count, .block = b, .index = i};
            count++;
        }
    }
    if (from->own_delay) {
        qsort(place, count, sizeof *place, compare);
    }
    return count;
}

static void *value_at(const saltus_simulation *simulation, uint32_t index,
                      const synapse_column *column, const synapse_place *place)
{
    char *values = column->values(&simulation->blocks[place->block], index);
    return values + (size_t)place->index * sl_section_size(column->type);
}

void sl_keep_synapses_put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                          uint32_t index, const char *name, const synapse_column *column,
                          synapse_place *place)
{
    const uint32_t sources = sources_of(simulation, index);
    sl_section_begin(writer, name, column->type);
    for (uint32_t s = 0; s < sources; s++) {
        const uint32_t count = sl_keep_synapses_row(simulation, index, s, place);
        for (uint32_t i = 0; i < count; i++) {
            sl_section_append(writer, value_at(simulation, index, column, &place[i]), 1);
        }
    }
}

static double number_of(section_type type, const void *value)
{
    return type == SECTION_U16   ? *(const uint16_t *)value
           : type == SECTION_F32 ? (double)*(const float *)value
                                 : *(const double *)value;
}

static saltus_status read_row(section *section, const saltus_simulation *simulation, uint32_t index,
                              const synapse_column *column, const synapse_place *place,
                              uint32_t count, saltus_error *error)
{
    for (uint32_t i = 0; i < count; i++) {
        void *value = value_at(simulation, index, column, &place[i]);
        const saltus_status status = sl_section_read(section, value, 1, error);
        if (status != SALTUS_OK) {
            return status;
        }
        const double number = number_of(column->type, value);
        if (!column->is_good(simulation, index, number)) {
            return sl_section_damaged(section->checkpoint, section->name, error,
                                      "a synapse has the value %g", number);
        }
    }
    return SALTUS_OK;
}

saltus_status sl_keep_synapses_restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                       uint32_t index, const char *name,
                                       const synapse_column *column, synapse_place *place,
                                       saltus_error *error)
{
    const uint32_t sources = sources_of(simulation, index);
    section section;
    saltus_status status = sl_section_find(checkpoint, name, column->type, &section, error);
    if (status == SALTUS_OK && section.count != simulation->network->projections[index].synapses) {
        status = sl_section_damaged(checkpoint, name, error, "it has a wrong size");
    }
    for (uint32_t s = 0; status == SALTUS_OK && s < sources; s++) {
        const uint32_t count = sl_keep_synapses_row(simulation, index, s, place);
        status = read_row(&section, simulation, index, column, place, count, error);
    }
    return status;
}
