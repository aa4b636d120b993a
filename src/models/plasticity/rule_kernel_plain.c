/* rule_kernel_plain - the loop of learning with 1 lane of double. */
#define LANES       1
#define KERNEL      sl_rule_kernel_plain
#define KERNEL_NAME "plain"
#include "models/plasticity/rule_kernel_list.h"

#include "models/plasticity/rule_kernel_tmpl.h"
