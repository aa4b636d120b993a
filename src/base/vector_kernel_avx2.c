/* vector_kernel_avx2 - the stimulus loops with 4 lane(s) of double. */
#define LANES       4
#define KERNEL      sl_vector_kernel_avx2
#define KERNEL_NAME "avx2"
#include "base/vector_kernel_list.h"

#include "base/vector_kernel_tmpl.h"
