/* compare_rows - which engines a comparison runs: read from the command line, fitted to the
 * experiment.
 */
#include <stdio.h>
#include <string.h>

#include "compare/compare.h"
#include "shared/command.h"

/* One engine, unless it is there already. */
static bool add_row(compare_session *s, const char *engine)
{
    saltus_simulation_options how = saltus_simulation_options_default();
    saltus_error error = {0};
    const saltus_status status = saltus_engine_parse(engine, &how, &error);
    if (status) {
        complain_error("compare", &error, status);
        return false;
    }
    how.step_ms = how.engine == SALTUS_ENGINE_EVENT ? 0.0 : how.step_ms;
    for (size_t i = 0; i < s->row_count; i++) {
        const saltus_simulation_options *other = &s->rows[i].how;
        if (other->engine == how.engine && !(other->step_ms < how.step_ms) &&
            !(other->step_ms > how.step_ms)) {
            return true;
        }
    }
    if (s->row_count == COMPARE_ROWS_MAX) {
        complain("compare: more than %d engines", COMPARE_ROWS_MAX);
        return false;
    }
    compare_row *row = &s->rows[s->row_count++];
    row->how = how;
    /* the name in one spelling, whatever was typed: "clock@100us" is grid@0.1ms */
    if (how.engine == SALTUS_ENGINE_EVENT) {
        snprintf(row->engine, sizeof row->engine, "%s", saltus_engine_name(how.engine));
    } else {
        snprintf(row->engine, sizeof row->engine, "%s@%sms", saltus_engine_name(how.engine),
                 number_text(how.step_ms));
    }
    return true;
}

bool compare_next_word(const char **list, char word[COMPARE_WORD_MAX + 1])
{
    if (*list == NULL) {
        return false;
    }
    const size_t length = strcspn(*list, ",");
    snprintf(word, COMPARE_WORD_MAX + 1, "%.*s", (int)length, *list);
    *list = (*list)[length] == ',' ? *list + length + 1 : NULL;
    return true;
}

/* "grid", "clock": something that takes a step. */
static bool is_variant(const char *name)
{
    const char *names[16] = {"clock"};
    size_t count = 1;
    for (size_t i = 1; i < saltus_engine_count() && count < 16; i++) {
        names[count++] = saltus_engine_name((saltus_engine)i);
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    const char *nearest = nearest_name(name, names, count);
    complain("compare: --variants has %s; allowed are " COMPARE_VARIANTS_USUAL "%s%s%s",
             name[0] != '\0' ? name : "an empty name", nearest != NULL ? "; did you mean " : "",
             nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
    return false;
}

bool compare_make_rows(compare_session *s)
{
    const compare_request *r = s->request;
    char word[COMPARE_WORD_MAX + 1];
    if (!add_row(s, "event")) {
        return false;
    }
    for (const char *list = r->engines; compare_next_word(&list, word);) {
        if (!add_row(s, word)) {
            return false;
        }
    }
    const char *variants = r->variants != NULL ? r->variants : COMPARE_VARIANTS_USUAL;
    for (const char *list = r->engines != NULL ? NULL : variants; compare_next_word(&list, word);) {
        char step[COMPARE_WORD_MAX + 1];
        if (!is_variant(word)) {
            return false;
        }
        for (const char *steps = r->steps != NULL ? r->steps : COMPARE_STEPS_USUAL;
             compare_next_word(&steps, step);) {
            char engine[2 * COMPARE_WORD_MAX + 2];
            snprintf(engine, sizeof engine, "%s@%s", word, step);
            if (!add_row(s, engine)) {
                return false;
            }
        }
    }
    return true;
}

/* Leaves out the engines that do not have the experiment's models, and refuses what was asked for
 * by name: some of a comparison would take its time and then fail. */
int compare_fit_rows(compare_session *s)
{
    const compare_request *r = s->request;
    const bool named = r->engines != NULL || r->variants != NULL;
    size_t kept = 0;
    for (size_t i = 0; i < s->row_count; i++) {
        saltus_error error = {0};
        if (saltus_engine_check(s->source.experiment, s->rows[i].how.engine, &error) == SALTUS_OK) {
            s->rows[kept++] = s->rows[i];
        } else if (named) {
            complain("compare: %s: %s", r->file, error.message);
            return EXIT_CODE_USAGE;
        } else {
            complain("compare: %s is left out: %s", s->rows[i].engine, error.message);
        }
    }
    s->row_count = kept;
    return EXIT_CODE_OK;
}
