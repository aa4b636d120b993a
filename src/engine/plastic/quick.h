/* quick - rows of rules that have a form, without an exponential a synapse. */
#ifndef SALTUS_PLASTIC_QUICK_H
#define SALTUS_PLASTIC_QUICK_H

#include "engine/plastic/row.h"

/* As sl_plastic_advance. */
bool sl_plastic_quick(const plastic_projection *projection, const plastic_synapses *synapses,
                      plastic_scratch *scratch, const plastic_span *span, const plastic_view *view,
                      uint32_t *zeros);

#endif /* SALTUS_PLASTIC_QUICK_H */
