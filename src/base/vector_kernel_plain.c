/* vector_kernel_plain - the stimulus loops with 1 lane(s) of double. */
#define LANES       1
#define KERNEL      sl_vector_kernel_plain
#define KERNEL_NAME "plain"
#include "base/vector_kernel_list.h"

#include "base/vector_kernel_tmpl.h"
