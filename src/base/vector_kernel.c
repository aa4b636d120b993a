/* vector_kernel - which width this processor runs. */
#include "base/vector_kernel_list.h"

size_t sl_vector_kernel_all(const vector_kernel *kernels[4])
{
    size_t count = 0;
    kernels[count++] = &sl_vector_kernel_plain;
#if defined(__x86_64__)
    kernels[count++] = &sl_vector_kernel_sse2;
    if (__builtin_cpu_supports("avx2")) {
        kernels[count++] = &sl_vector_kernel_avx2;
    }
    if (__builtin_cpu_supports("avx512f")) {
        kernels[count++] = &sl_vector_kernel_avx512;
    }
#endif
    return count;
}

const vector_kernel *sl_vector_kernel_best(void)
{
    const vector_kernel *kernels[4];
    return kernels[sl_vector_kernel_all(kernels) - 1];
}
