/* vector_kernel_list - the kernels by width. */
#ifndef SALTUS_VECTOR_KERNEL_LIST_H
#define SALTUS_VECTOR_KERNEL_LIST_H

#include "base/vector_kernel.h"

extern const vector_kernel sl_vector_kernel_plain;
#if defined(__x86_64__)
extern const vector_kernel sl_vector_kernel_sse2;
extern const vector_kernel sl_vector_kernel_avx2;
extern const vector_kernel sl_vector_kernel_avx512;
#endif

#endif /* SALTUS_VECTOR_KERNEL_LIST_H */
