/* given_weights - an experiment that starts from weights which a run has recorded, and a reader
 * that makes them up. */
#ifndef SALTUS_TEST_GIVEN_WEIGHTS_H
#define SALTUS_TEST_GIVEN_WEIGHTS_H

#include "saltus/saltus.h"

/* 3 sources, 2 targets, rows of several delays. */
extern const char given_text[];

/* A saltus_weight_file_reader for it, which reads no file. */
saltus_status given_weights_read(const char *path, const char *projection, double time_ms,
                                 uint32_t **sources, uint32_t **targets, double **weights_mV,
                                 size_t *count, saltus_error *error);

#endif /* SALTUS_TEST_GIVEN_WEIGHTS_H */
