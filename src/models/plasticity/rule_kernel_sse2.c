/* rule_kernel_sse2 - the loop of learning with 2 lanes of double. */
#define LANES       2
#define KERNEL      sl_rule_kernel_sse2
#define KERNEL_NAME "sse2"
#include "models/plasticity/rule_kernel_list.h"

#include "models/plasticity/rule_kernel_tmpl.h"
