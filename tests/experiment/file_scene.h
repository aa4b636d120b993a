/* file_scene - the experiment that a test reads from text, and what is found wrong in it. */
#ifndef SALTUS_TEST_FILE_SCENE_H
#define SALTUS_TEST_FILE_SCENE_H

#include "saltus/experiment.h"

extern saltus_experiment *experiment; /* NULL: none was read */
extern saltus_diagnostics *found;     /* NULL: nothing */

/* Read; files that the text names are looked up in `folder`. */
saltus_status load_from(const char *folder, const char *text, const saltus_load_options *options);
/* What was found, to stderr. */
void print_findings(void);
/* The status must be that of a good file. */
void expect_good(saltus_status status);
/* Neither experiment nor findings are left. */
void tear_down(void);

#endif /* SALTUS_TEST_FILE_SCENE_H */
