/* convolution - which entry of its kernel a synapse of the rule `convolution` has. */
#ifndef SALTUS_CONVOLUTION_H
#define SALTUS_CONVOLUTION_H

#include "network/connection_rule.h"

/* Place in the kernel, x running fastest, of the synapse from `source` to `target`. */
uint32_t sl_convolution_tap(const rule_plan *plan, uint32_t source, uint32_t target);

#endif /* SALTUS_CONVOLUTION_H */
