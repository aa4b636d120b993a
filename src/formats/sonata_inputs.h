/* sonata_inputs - spike files as the spikes of virtual nodes. */
#ifndef SALTUS_SONATA_INPUTS_H
#define SALTUS_SONATA_INPUTS_H

#include "formats/sonata_nodes.h"

/* Read every input of the configuration into the circuit's virtual parts, in (time, neuron)
 * order. */
saltus_status sl_sonata_inputs_read(const sonata_config *config, sonata_circuit *circuit,
                                    sonata_notes *notes, saltus_error *error);

#endif /* SALTUS_SONATA_INPUTS_H */
