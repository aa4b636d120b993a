/* rule_kernel_list - the kernels by width. */
#ifndef SALTUS_RULE_KERNEL_LIST_H
#define SALTUS_RULE_KERNEL_LIST_H

#include "models/plasticity/rule_kernel.h"

#if defined(__x86_64__)
extern const rule_kernel sl_rule_kernel_sse2;
extern const rule_kernel sl_rule_kernel_avx2;
extern const rule_kernel sl_rule_kernel_avx512;
#endif

#endif /* SALTUS_RULE_KERNEL_LIST_H */
