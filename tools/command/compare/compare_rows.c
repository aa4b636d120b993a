/* compare_rows - which engines are compared, and with which cost tables. */
#include <stdio.h>
#include <string.h>

#include "compare/compare.h"
#include "energy/energy_tables.h"
#include "shared/command.h"

static size_t find_row(const compare_session *s, const saltus_simulation_options *how)
{
    size_t i = 0;
    while (i < s->row_count &&
           (s->rows[i].how.engine != how->engine || s->rows[i].how.step_ms < how->step_ms ||
            s->rows[i].how.step_ms > how->step_ms)) {
        i++;
    }
    return i;
}

/* One engine; the event-driven run is there from the beginning and may be named once. */
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
    const size_t same = find_row(s, &how);
    if (same < s->row_count) {
        compare_row *row = &s->rows[same];
        if (row->named || same > 0) {
            complain("compare: %s %s twice",
                     s->request->engines != NULL ? "--engines has" : "--variants and --steps give",
                     row->engine);
            return false;
        }
        row->named = true;
        return true;
    }
    if (s->row_count == COMPARE_ROWS_MAX) {
        complain("compare: more than %d engines", COMPARE_ROWS_MAX);
        return false;
    }
    compare_row *row = &s->rows[s->row_count++];
    row->how = how;
    /* an engine that someone chose must run; a usual one need not be for this experiment */
    row->named = same > 0 && (s->request->engines != NULL || s->request->variants != NULL);
    /* the name in one spelling, whatever was typed: "clock@100us" is grid@0.1ms */
    if (how.engine == SALTUS_ENGINE_EVENT) {
        snprintf(row->engine, sizeof row->engine, "%s", saltus_engine_name(how.engine));
    } else {
        snprintf(row->engine, sizeof row->engine, "%s@%sms", saltus_engine_name(how.engine),
                 number_text(how.step_ms));
    }
    return true;
}

/* The next word of a list parted by commas; false at its end. Words of more than COMPARE_WORD_MAX
 * bytes were refused with the command line. */
static bool next_word(const char **list, char word[COMPARE_WORD_MAX + 1])
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
    for (const char *list = r->engines; next_word(&list, word);) {
        if (!add_row(s, word)) {
            return false;
        }
    }
    const char *variants = r->variants != NULL ? r->variants : COMPARE_VARIANTS_USUAL;
    for (const char *list = r->engines != NULL ? NULL : variants; next_word(&list, word);) {
        char step[COMPARE_WORD_MAX + 1];
        if (!is_variant(word)) {
            return false;
        }
        for (const char *steps = r->steps != NULL ? r->steps : COMPARE_STEPS_USUAL;
             next_word(&steps, step);) {
            char engine[2 * COMPARE_WORD_MAX + 2];
            snprintf(engine, sizeof engine, "%s@%s", word, step);
            if (!add_row(s, engine)) {
                return false;
            }
        }
    }
    return true;
}

/* ---- Cost tables ------------------------------------------------------------------------ */

/* One of the tables that are found, or a file. */
static int load_table(compare_session *s, const energy_tables *found, const char *name)
{
    if (s->table_count == COMPARE_TABLES_MAX) {
        complain("compare: more than %d cost tables", COMPARE_TABLES_MAX);
        return EXIT_CODE_USAGE;
    }
    compare_table *t = &s->tables[s->table_count];
    const int code = energy_tables_load(found, "compare", name, &t->table);
    if (code == EXIT_CODE_OK) {
        snprintf(t->name, sizeof t->name, "%s", saltus_energy_table_info(t->table)->name);
        s->table_count++;
    }
    /* results are told apart by their tables' names */
    for (size_t i = 0; code == EXIT_CODE_OK && i + 1 < s->table_count; i++) {
        if (strcmp(s->tables[i].name, t->name) == 0) {
            complain("compare: --energy: two cost tables are called %s", t->name);
            return EXIT_CODE_USAGE;
        }
    }
    return code;
}

int compare_load_tables(compare_session *s)
{
    const char *list = s->request->energy != NULL ? s->request->energy : COMPARE_ENERGY_USUAL;
    if (strcmp(list, "none") == 0) {
        return EXIT_CODE_OK;
    }
    energy_tables found;
    int code = energy_tables_find(&found, "compare", NULL);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    char word[COMPARE_WORD_MAX + 1];
    while (code == EXIT_CODE_OK && next_word(&list, word)) {
        code = load_table(s, &found, word);
    }
    energy_tables_clear(&found);
    return code;
}
