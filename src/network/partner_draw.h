/* partner_draw - partners of the neuron of a unit, chosen uniformly. */
#ifndef SALTUS_PARTNER_DRAW_H
#define SALTUS_PARTNER_DRAW_H

#include "network/connection_rule.h"
#include "network/word_reader.h"

/* Neurons that may be chosen for one unit of a rule by targets or by sources. */
uint32_t sl_partner_candidates(const rule_plan *plan);

/* Words that choosing `count` partners is likely to read. */
uint64_t sl_partner_words(const rule_plan *plan, uint64_t count);

/* Scratch of a worker that chooses at most `most` partners for a unit. */
size_t sl_partner_scratch_bytes(const rule_plan *plan, uint64_t most);

/* Put `count` pairs of the unit's neuron and partners: independent ones with multapses, else
 * distinct ones, of which there must be as many. */
void sl_partner_draw(const rule_plan *plan, uint32_t unit, uint64_t count, word_reader *reader,
                     void *scratch, pair_sink *sink);

#endif /* SALTUS_PARTNER_DRAW_H */
