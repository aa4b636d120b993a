/* sonata_model - from a row of node_types.csv to the parameters of a population. */
#ifndef SALTUS_SONATA_MODEL_H
#define SALTUS_SONATA_MODEL_H

#include "formats/sonata_config.h"
#include "formats/sonata_table.h"
#include "saltus/experiment.h"

/* Is the node type `row` virtual? SALTUS_E_UNSUPPORTED for a model_type without point neurons. */
saltus_status sl_sonata_model_is_virtual(const sonata_table *types, uint32_t row, bool *is_virtual,
                                         saltus_error *error);

/* Model and parameters of the node type `row`, which is not virtual. Name and size are not set. */
saltus_status sl_sonata_model_read(const sonata_config *config, const sonata_table *types,
                                   uint32_t row, saltus_population_spec *spec, sonata_notes *notes,
                                   saltus_error *error);

#endif /* SALTUS_SONATA_MODEL_H */
