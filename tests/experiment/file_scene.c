#include "file_scene.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

saltus_experiment *experiment;
saltus_diagnostics *found;

saltus_status load_from(const char *folder, const char *text, const saltus_load_options *options)
{
    return saltus_experiment_load_text(text, strlen(text), "e.yaml", folder, options, &experiment,
                                       &found);
}

void print_findings(void)
{
    for (size_t i = 0; i < saltus_diagnostics_count(found); i++) {
        const saltus_diagnostic d = saltus_diagnostics_get(found, i);
        fprintf(stderr, "%s:%u:%u: %s: %s\n", d.file, d.line, d.column, d.path, d.message);
    }
}

void expect_good(saltus_status status)
{
    print_findings();
    ck_assert_int_eq(status, SALTUS_OK);
}

void tear_down(void)
{
    saltus_experiment_destroy(experiment);
    saltus_diagnostics_destroy(found);
    experiment = NULL;
    found = NULL;
}
