/* rule_kernel_avx2 - the loop of learning with 4 lanes of double. */
#define LANES       4
#define KERNEL      sl_rule_kernel_avx2
#define KERNEL_NAME "avx2"
#include "models/plasticity/rule_kernel_list.h"

#include "models/plasticity/rule_kernel_tmpl.h"
