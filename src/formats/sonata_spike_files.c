/* sonata_spike_files - reading spike trains from HDF5 and CSV.
 *
 * New layout: /spikes/POPULATION/{timestamps, node_ids}; old: /spikes/{timestamps, gids} with no
 * population. The `sorting` attribute is a text in some files, an enum in others and sometimes
 * wrong; it is not trusted, spikes are sorted unless they are in order already.
 */
#include "formats/sonata_spike_files.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formats/sonata_hdf5.h"
#include "formats/sonata_table.h"
#include "saltus/sonata.h"

#define MS_PER_S 1000.0

void sl_sonata_trains_clear(sonata_trains *trains)
{
    free(trains->times_ms);
    free(trains->nodes);
    *trains = (sonata_trains){0};
}

/* ---- Order ------------------------------------------------------------------------- */

typedef struct train_spike {
    double time_ms;
    uint32_t node;
} train_spike;

static int compare_spikes(const void *a, const void *b)
{
    const train_spike *x = a;
    const train_spike *y = b;
    if (x->time_ms != y->time_ms) {
        return x->time_ms < y->time_ms ? -1 : 1;
    }
    return (x->node > y->node) - (x->node < y->node);
}

static bool is_sorted(const double *times_ms, const uint32_t *nodes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (times_ms[i] < times_ms[i - 1] ||
            (times_ms[i] == times_ms[i - 1] && nodes[i] < nodes[i - 1])) {
            return false;
        }
    }
    return true;
}

saltus_status sl_sonata_trains_sort(double *times_ms, uint32_t *nodes, size_t count,
                                    saltus_error *error)
{
    if (is_sorted(times_ms, nodes, count)) {
        return SALTUS_OK;
    }
    train_spike *order = sl_sonata_array(count, sizeof *order);
    if (order == NULL) {
        return sl_sonata_fail_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = (train_spike){.time_ms = times_ms[i], .node = nodes[i]};
    }
    qsort(order, count, sizeof *order, compare_spikes);
    for (size_t i = 0; i < count; i++) {
        times_ms[i] = order[i].time_ms;
        nodes[i] = order[i].node;
    }
    free(order);
    return SALTUS_OK;
}

/* ---- HDF5 -------------------------------------------------------------------------- */

/* All names in one line of a message. */
static char *list_names(const sonata_names *names)
{
    char *text = sl_sonata_format("%s", names->count > 0 ? names->items[0] : "none");
    for (size_t i = 1; text != NULL && i < names->count; i++) {
        char *longer = sl_sonata_format("%s, %s", text, names->items[i]);
        free(text);
        text = longer;
    }
    return text;
}

/* The group that holds the population's spikes, to *group, and the name of its id dataset. */
static saltus_status find_group(const sonata_file *file, const char *population, char **group,
                                const char **ids, saltus_error *error)
{
    *group = NULL;
    *ids = "node_ids";
    sonata_names names = {0};
    saltus_status status = sl_sonata_file_groups(file, "/spikes", &names, error);
    if (!status && population == NULL && names.count == 1) {
        *group = sl_sonata_format("/spikes/%s", names.items[0]);
        status = *group != NULL ? SALTUS_OK : sl_sonata_fail_memory(error);
    }
    for (size_t i = 0; !status && population != NULL && i < names.count; i++) {
        if (strcmp(names.items[i], population) == 0) {
            *group = sl_sonata_format("/spikes/%s", population);
            status = *group != NULL ? SALTUS_OK : sl_sonata_fail_memory(error);
        }
    }
    if (!status && *group == NULL && sl_sonata_file_has(file, "/spikes/gids", H5O_TYPE_DATASET)) {
        *ids = "gids";
        *group = sl_sonata_format("/spikes");
        status = *group != NULL ? SALTUS_OK : sl_sonata_fail_memory(error);
    }
    if (!status && *group == NULL) {
        char *found = list_names(&names);
        status = sl_sonata_fail(error, SALTUS_E_FILE, file->path, 0,
                                "holds spikes of these populations: %s; %s%s",
                                found != NULL ? found : "(out of memory)",
                                population != NULL ? "there is none named " : "name one of them",
                                population != NULL ? population : "");
        free(found);
    }
    sl_sonata_names_clear(&names);
    return status;
}

/* What times are multiplied by to be in ms, from the attribute `units` (ms when there is none). */
static saltus_status read_units(const sonata_file *file, const char *times, double *scale,
                                saltus_error *error)
{
    char *units = NULL;
    saltus_status status = sl_sonata_file_text(file, times, "units", &units, error);
    *scale = 1.0;
    if (status || units == NULL || strcmp(units, "ms") == 0 || strcmp(units, "milliseconds") == 0 ||
        strcmp(units, "millisecond") == 0) {
        free(units);
        return status;
    }
    if (strcmp(units, "s") == 0 || strcmp(units, "seconds") == 0 || strcmp(units, "second") == 0) {
        *scale = MS_PER_S;
    } else {
        status = sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, file->path, 0,
                                "%s is in \"%s\"; ms and s are supported", times, units);
    }
    free(units);
    return status;
}

static saltus_status read_columns(sonata_trains *trains, const sonata_file *file, const char *times,
                                  const char *ids, saltus_error *error)
{
    double scale = 1.0;
    saltus_status status = sl_sonata_file_length(file, times, &trains->count, error);
    if (!status) {
        status = sl_sonata_file_read_double(file, times, trains->count, &trains->times_ms, error);
    }
    if (!status) {
        status = sl_sonata_file_read_u32(file, ids, trains->count, UINT32_MAX - 1, &trains->nodes,
                                         error);
    }
    if (!status) {
        status = read_units(file, times, &scale, error);
    }
    for (size_t i = 0; !status && scale != 1.0 && i < trains->count; i++) {
        trains->times_ms[i] *= scale;
    }
    return status;
}

saltus_status sl_sonata_trains_read_hdf5(sonata_trains *trains, const char *path,
                                         const char *population, saltus_error *error)
{
    *trains = (sonata_trains){0};
    char *group = NULL;
    char *times = NULL;
    char *ids = NULL;
    const char *id_set = NULL;
    sonata_file file;
    saltus_status status = sl_sonata_file_open(&file, path, error);
    if (!status) {
        status = find_group(&file, population, &group, &id_set, error);
    }
    if (!status) {
        times = sl_sonata_format("%s/timestamps", group);
        ids = sl_sonata_format("%s/%s", group, id_set);
        status = times != NULL && ids != NULL ? read_columns(trains, &file, times, ids, error)
                                              : sl_sonata_fail_memory(error);
    }
    if (!status) {
        status = sl_sonata_trains_sort(trains->times_ms, trains->nodes, trains->count, error);
    }
    sl_sonata_file_close(&file);
    free(group);
    free(times);
    free(ids);
    if (status) {
        sl_sonata_trains_clear(trains);
    }
    return status;
}

/* ---- CSV --------------------------------------------------------------------------- */

/* Which field is which; SIZE_MAX: not there. */
typedef struct csv_columns {
    size_t time, node, population, count;
} csv_columns;

#define MAX_FIELDS 16

/* Understand the first line of names; false when a column is missing. */
static bool read_names(csv_columns *columns, char *const *fields, size_t count)
{
    *columns = (csv_columns){SIZE_MAX, SIZE_MAX, SIZE_MAX, count};
    for (size_t i = 0; i < count && i < MAX_FIELDS; i++) {
        if (strcmp(fields[i], "timestamps") == 0) {
            columns->time = i;
        } else if (strcmp(fields[i], "node_ids") == 0 || strcmp(fields[i], "gids") == 0) {
            columns->node = i;
        } else if (strcmp(fields[i], "population") == 0) {
            columns->population = i;
        }
    }
    return columns->time != SIZE_MAX && columns->node != SIZE_MAX && count <= MAX_FIELDS;
}

/* Columns of a file without a line of names: time, [population,] node. */
static bool guess_columns(csv_columns *columns, size_t count)
{
    *columns = (csv_columns){0, count - 1, count == 3 ? 1 : SIZE_MAX, count};
    return count == 2 || count == 3;
}

static saltus_status take_row(sonata_trains *trains, const csv_columns *columns,
                              char *const *fields, const char *path, uint32_t line,
                              saltus_error *error)
{
    double time_ms = 0.0;
    uint32_t node = 0;
    if (!sl_sonata_parse_double(fields[columns->time], &time_ms) || !isfinite(time_ms)) {
        return sl_sonata_fail(error, SALTUS_E_FILE, path, line,
                              "\"%s\" is not a time in ms; a finite number is needed",
                              fields[columns->time]);
    }
    if (!sl_sonata_parse_u32(fields[columns->node], &node)) {
        return sl_sonata_fail(error, SALTUS_E_FILE, path, line,
                              "\"%s\" is not a node id; a whole number from 0 to 4294967294 is "
                              "needed",
                              fields[columns->node]);
    }
    trains->times_ms[trains->count] = time_ms;
    trains->nodes[trains->count] = node;
    trains->count++;
    return SALTUS_OK;
}

static saltus_status read_csv_rows(sonata_trains *trains, const char *path, const char *population,
                                   char *text, saltus_error *error)
{
    csv_columns columns = {0};
    char *fields[MAX_FIELDS];
    uint32_t line = 0;
    for (char *at = text; *at != '\0';) {
        line++;
        const size_t count = sl_sonata_table_cut(&at, fields, MAX_FIELDS);
        double first = 0.0;
        if (count == 1 && fields[0][0] == '\0') {
            continue;
        }
        if (columns.count == 0) {
            const bool is_data = count != SIZE_MAX && sl_sonata_parse_double(fields[0], &first);
            const bool is_known = is_data
                                      ? guess_columns(&columns, count)
                                      : count != SIZE_MAX && read_names(&columns, fields, count);
            if (!is_known) {
                return sl_sonata_fail(error, SALTUS_E_FILE, path, line,
                                      "a spike file begins with the line \"timestamps population "
                                      "node_ids\", or with a time and a node id");
            }
            if (!is_data) {
                continue;
            }
        }
        if (count != columns.count) {
            return sl_sonata_fail(error, SALTUS_E_FILE, path, line,
                                  "this line has not %zu fields, as the first has", columns.count);
        }
        if (columns.population != SIZE_MAX && strcmp(fields[columns.population], population) != 0) {
            continue;
        }
        const saltus_status status = take_row(trains, &columns, fields, path, line, error);
        if (status) {
            return status;
        }
    }
    return SALTUS_OK;
}

saltus_status sl_sonata_trains_read_csv(sonata_trains *trains, const char *path,
                                        const char *population, saltus_error *error)
{
    *trains = (sonata_trains){0};
    char *text = NULL;
    size_t length = 0;
    saltus_status status = sl_sonata_read_text(path, &text, &length, error);
    if (status) {
        return status;
    }
    size_t lines = 1;
    for (size_t i = 0; i < length; i++) {
        lines += text[i] == '\n';
    }
    trains->times_ms = sl_sonata_array(lines, sizeof *trains->times_ms);
    trains->nodes = sl_sonata_array(lines, sizeof *trains->nodes);
    if (trains->times_ms == NULL || trains->nodes == NULL) {
        status = sl_sonata_fail_memory(error);
    } else {
        status = read_csv_rows(trains, path, population, text, error);
    }
    free(text);
    if (!status) {
        status = sl_sonata_trains_sort(trains->times_ms, trains->nodes, trains->count, error);
    }
    if (status) {
        sl_sonata_trains_clear(trains);
    }
    return status;
}

/* ---- Public ------------------------------------------------------------------------ */

saltus_status saltus_sonata_read_spikes(const char *path, const char *population, double **times_ms,
                                        uint32_t **neurons, size_t *count, saltus_error *error)
{
    sonata_trains trains;
    const sonata_quiet quiet = sl_sonata_quiet_begin();
    const saltus_status status = sl_sonata_trains_read_hdf5(&trains, path, population, error);
    sl_sonata_quiet_end(quiet);
    *times_ms = trains.times_ms;
    *neurons = trains.nodes;
    *count = trains.count;
    return status;
}
