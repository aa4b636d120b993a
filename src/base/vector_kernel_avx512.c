/* vector_kernel_avx512 - the stimulus loops with 8 lane(s) of double. */
#define LANES       8
#define KERNEL      sl_vector_kernel_avx512
#define KERNEL_NAME "avx512"
#include "base/vector_kernel_list.h"

#include "base/vector_kernel_tmpl.h"
