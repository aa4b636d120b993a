/* sweep_energy - joules of every point on every engine, by the cost tables that were asked for.
 *
 * Energy follows from counts that points.csv holds, so tables are no part of the plan: a sweep
 * that is done can be priced again after others.
 */
#include <string.h>

#include "energy/energy_tables.h"
#include "shared/command.h"
#include "sweep/sweep.h"

static int load_one(sweep *s, const energy_tables *found, const char *name)
{
    if (s->table_count == SWEEP_TABLES_MAX) {
        complain("sweep: more than %d cost tables", SWEEP_TABLES_MAX);
        return EXIT_CODE_USAGE;
    }
    const int code = energy_tables_load(found, "sweep", name, &s->tables[s->table_count]);
    s->table_count += code == EXIT_CODE_OK;
    return code;
}

int sweep_load_tables(sweep *s)
{
    const char *list = s->request->energy;
    if (list == NULL) {
        return EXIT_CODE_OK;
    }
    energy_tables found;
    int code = energy_tables_find(&found, "sweep", NULL);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    while (code == EXIT_CODE_OK && list != NULL) {
        char name[256];
        const size_t length = strcspn(list, ",");
        if (length == 0 || length >= sizeof name) {
            complain("sweep: --energy is %s; it takes names of cost tables, as saltus energy lists "
                     "them, or their files",
                     s->request->energy);
            code = EXIT_CODE_USAGE;
            break;
        }
        snprintf(name, sizeof name, "%.*s", (int)length, list);
        code = load_one(s, &found, name);
        list = list[length] == ',' ? list + length + 1 : NULL;
    }
    energy_tables_clear(&found);
    return code;
}

void sweep_clear_tables(sweep *s)
{
    for (size_t t = 0; t < s->table_count; t++) {
        saltus_energy_table_destroy(s->tables[t]);
    }
    s->table_count = 0;
}

const char *sweep_table_name(const sweep *s, size_t table)
{
    return saltus_energy_table_info(s->tables[table])->name;
}

void sweep_price(const sweep *s, const sweep_cell *cell, size_t engine, size_t table,
                 saltus_energy_estimate *out)
{
    saltus_energy_work work = saltus_energy_work_default();
    work.counts = cell->run->counts;
    work.simulated_s = cell->run->simulated_ms * 1e-3;
    work.wall_s = cell->wall_s;
    work.neurons = (double)cell->run->neurons;
    if (s->request->engines[engine].kind != SALTUS_ENGINE_EVENT) {
        work.step_ms = s->request->engines[engine].step_ms;
    }
    saltus_energy_price(s->tables[table], &work, out);
}
