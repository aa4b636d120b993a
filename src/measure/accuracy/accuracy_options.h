/* accuracy_options - the options of a comparison, checked. */
#ifndef SALTUS_ACCURACY_OPTIONS_H
#define SALTUS_ACCURACY_OPTIONS_H

#include "saltus/accuracy.h"

/* Copy `options`, or the defaults when NULL, to `out`; say no to what is not allowed. */
saltus_status sl_accuracy_options_read(const saltus_accuracy_options *options,
                                       saltus_accuracy_options *out, saltus_error *error);

#endif /* SALTUS_ACCURACY_OPTIONS_H */
