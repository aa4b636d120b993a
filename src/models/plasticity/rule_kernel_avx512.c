/* rule_kernel_avx512 - the loop of learning with 8 lanes of double. */
#define LANES       8
#define KERNEL      sl_rule_kernel_avx512
#define KERNEL_NAME "avx512"
#include "models/plasticity/rule_kernel_list.h"

#include "models/plasticity/rule_kernel_tmpl.h"
