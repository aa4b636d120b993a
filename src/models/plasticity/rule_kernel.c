/* rule_kernel - which width this processor runs. */
#include "models/plasticity/rule_kernel_list.h"

size_t sl_rule_kernel_all(const rule_kernel *kernels[4])
{
    size_t count = 0;
    kernels[count++] = &sl_rule_kernel_plain;
#if defined(__x86_64__)
    kernels[count++] = &sl_rule_kernel_sse2;
    if (__builtin_cpu_supports("avx2")) {
        kernels[count++] = &sl_rule_kernel_avx2;
    }
    if (__builtin_cpu_supports("avx512f")) {
        kernels[count++] = &sl_rule_kernel_avx512;
    }
#endif
    return count;
}

const rule_kernel *sl_rule_kernel_best(void)
{
    const rule_kernel *kernels[4];
    return kernels[sl_rule_kernel_all(kernels) - 1];
}
