/* vector_kernel_sse2 - the stimulus loops with 2 lane(s) of double. */
#define LANES       2
#define KERNEL      sl_vector_kernel_sse2
#define KERNEL_NAME "sse2"
#include "base/vector_kernel_list.h"

#include "base/vector_kernel_tmpl.h"
