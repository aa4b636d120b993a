/* read_space - positions of a population, and profiles of what depends on distance. */
#include <math.h>

#include "base/memory.h"
#include "experiment/experiment_reader.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One to three entries; their number. 0: something else stands there. */
static uint32_t read_axes(reader *r, yaml_node *node, const char *example)
{
    if (node->kind == YAML_KIND_LIST && node->count >= 1 && node->count <= 3) {
        return node->count;
    }
    sl_reader_report(r, node,
                     "found %s%s; a list of one to three is needed, for x, y and z, like %s",
                     sl_yaml_node_kind_text(node),
                     node->kind == YAML_KIND_LIST ? " of another length" : "", example);
    return 0;
}

/* Lengths along the axes, one for each or one for all. */
static bool read_lengths(reader *r, yaml_node *mapping, const char *key, uint32_t dimensions,
                         double *out_um)
{
    yaml_node *node = sl_yaml_node_get(mapping, key);
    if (node == NULL) {
        return true;
    }
    const size_t mark = sl_reader_enter(r, key);
    const bool list = node->kind == YAML_KIND_LIST;
    bool good = !list || node->count == dimensions;
    if (!good) {
        sl_reader_report(r, node, "found %u entries; one for each of the %u dimensions is needed",
                         node->count, dimensions);
    }
    yaml_node *entry = list ? node->first : node;
    for (uint32_t i = 0; good && i < dimensions; i++) {
        const size_t inner = list ? sl_reader_enter_index(r, i) : r->path_length;
        good &= sl_reader_quantity(r, entry, QUANTITY_DISTANCE, &out_um[i]);
        sl_reader_leave(r, inner);
        entry = list ? entry->next : entry;
    }
    sl_reader_leave(r, mark);
    return good;
}

static bool read_grid(reader *r, yaml_node *node, yaml_node *grid, saltus_positions_spec *spec)
{
    const size_t mark = sl_reader_enter(r, "grid");
    spec->dimensions = read_axes(r, grid, "[40, 25]");
    bool good = spec->dimensions > 0;
    uint32_t i = 0;
    for (yaml_node *entry = good ? grid->first : NULL; entry != NULL; entry = entry->next) {
        const size_t inner = sl_reader_enter_index(r, i);
        uint64_t cells = 0;
        good &= sl_reader_integer(r, entry, UINT32_MAX, &cells);
        spec->shape[i++] = (uint32_t)cells;
        sl_reader_leave(r, inner);
    }
    sl_reader_leave(r, mark);
    return good && sl_reader_need(r, node, "spacing", "spacing: 20 um") != NULL &&
           read_lengths(r, node, "spacing", spec->dimensions, spec->spacing_um);
}

static bool read_uniform(reader *r, yaml_node *node, yaml_node *box, saltus_positions_spec *spec)
{
    const size_t mark = sl_reader_enter(r, "uniform");
    spec->dimensions = read_axes(r, box, "[1 mm, 1 mm]");
    sl_reader_leave(r, mark);
    return spec->dimensions > 0 && read_lengths(r, node, "uniform", spec->dimensions, spec->box_um);
}

/* The columns x_um, y_um and z_um, of which the last ones may be missing. */
static bool read_list(reader *r, yaml_node *node, yaml_node *file, saltus_positions_spec *spec)
{
    csv_column columns[] = {
        {.name = "x_um", .type = CSV_REAL, .low = -1e12, .high = 1e12},
        {.name = "y_um", .type = CSV_REAL, .optional = true, .low = -1e12, .high = 1e12},
        {.name = "z_um", .type = CSV_REAL, .optional = true, .low = -1e12, .high = 1e12}};
    const csv_request request = {.columns = columns, .count = COUNT(columns), .others = true};
    const size_t mark = sl_reader_enter(r, "csv");
    bool good = sl_reader_csv(r, file, &request, &spec->count);
    if (good && columns[2].present && !columns[1].present) {
        sl_reader_report(r, file, "the file has a column z_um but no y_um");
        good = false;
    }
    sl_reader_leave(r, mark);
    if (!good) {
        return false;
    }
    spec->dimensions = columns[2].present ? 3 : columns[1].present ? 2 : 1;
    double *coordinates = sl_memory_array(spec->count * spec->dimensions, sizeof(double));
    if (coordinates == NULL) {
        sl_reader_no_memory(r);
    }
    if (!sl_reader_keep(r, coordinates) || coordinates == NULL) {
        return false;
    }
    for (size_t i = 0; i < spec->count * spec->dimensions; i++) {
        coordinates[i] = columns[i % spec->dimensions].reals[i / spec->dimensions];
    }
    spec->coordinates_um = coordinates;
    return read_lengths(r, node, "box", spec->dimensions, spec->box_um);
}

/* A key that only one kind has. */
static void refuse_key(reader *r, yaml_node *node, const char *key, const char *kind)
{
    yaml_node *found = sl_yaml_node_get(node, key);
    if (found != NULL) {
        sl_reader_report(r, found->key, "found '%s', which goes with %s", key, kind);
    }
}

bool sl_read_positions(reader *r, yaml_node *node, saltus_positions_spec *out)
{
    static const char *const keys[] = {"grid", "uniform", "csv",     "spacing",
                                       "box",  "origin",  "periodic"};
    saltus_positions_spec spec = {.kind = SALTUS_POSITIONS_NONE};
    if (sl_yaml_node_is_null(node)) {
        return true;
    }
    if (!sl_reader_mapping(r, node, "positions")) {
        return false;
    }
    const size_t findings = sl_reader_findings(r);
    sl_reader_keys(r, node, keys, COUNT(keys), "positions");
    yaml_node *grid = sl_yaml_node_get(node, "grid");
    yaml_node *uniform = sl_yaml_node_get(node, "uniform");
    yaml_node *csv = sl_yaml_node_get(node, "csv");
    if ((grid != NULL) + (uniform != NULL) + (csv != NULL) != 1) {
        sl_reader_report(
            r, node, "positions are one of grid: [40, 25], uniform: [1 mm, 1 mm] and csv: FILE");
        return false;
    }
    if (grid == NULL) {
        refuse_key(r, node, "spacing", "grid");
    }
    if (csv == NULL) {
        refuse_key(r, node, "box", "csv");
    }
    bool good = sl_reader_get_bool(r, node, "periodic", &spec.periodic);
    if (csv != NULL && !spec.periodic) {
        refuse_key(r, node, "box", "periodic: true");
        refuse_key(r, node, "origin", "periodic: true, where positions come from a file");
    }
    if (sl_reader_findings(r) > findings) {
        return false;
    }
    if (grid != NULL) {
        spec.kind = SALTUS_POSITIONS_GRID;
        good &= read_grid(r, node, grid, &spec);
    } else if (uniform != NULL) {
        spec.kind = SALTUS_POSITIONS_UNIFORM;
        good &= read_uniform(r, node, uniform, &spec);
    } else {
        spec.kind = SALTUS_POSITIONS_LIST;
        good &= read_list(r, node, csv, &spec);
    }
    if (spec.dimensions > 0) {
        good &= read_lengths(r, node, "origin", spec.dimensions, spec.origin_um);
    }
    if (good && sl_reader_findings(r) == findings) {
        *out = spec;
        return true;
    }
    return false;
}

bool sl_read_profile(reader *r, yaml_node *node, saltus_distance_profile *out)
{
    /* in the order of saltus_profile_kind, without its first */
    static const char *const names[] = {"constant", "linear", "exponential", "gaussian"};
    saltus_distance_profile profile = {.cutoff_um = (double)INFINITY};
    yaml_node *name = sl_reader_need(r, node, "profile", "profile: gaussian");
    size_t kind = 0;
    if (name == NULL) {
        return false;
    }
    const size_t mark = sl_reader_enter(r, "profile");
    bool good = sl_reader_word(r, name, names, COUNT(names), "profile", &kind);
    sl_reader_leave(r, mark);
    profile.kind = (saltus_profile_kind)(kind + 1);
    good &= sl_reader_get_quantity(r, node, "width", QUANTITY_DISTANCE, &profile.width_um);
    good &= sl_reader_get_quantity(r, node, "cutoff", QUANTITY_DISTANCE, &profile.cutoff_um);
    if (!good) {
        return false;
    }
    yaml_node *width = sl_yaml_node_get(node, "width");
    if (profile.kind == SALTUS_PROFILE_CONSTANT && width != NULL) {
        sl_reader_report(r, width->key, "a constant profile has no width; give a cutoff");
        return false;
    }
    if (profile.kind != SALTUS_PROFILE_CONSTANT &&
        sl_reader_need(r, node, "width", "width: 100 um") == NULL) {
        return false;
    }
    *out = profile;
    return true;
}

bool sl_read_weight_profile(reader *r, yaml_node *node, saltus_distance_profile *out)
{
    static const char *const keys[] = {"profile", "width", "cutoff"};
    if (sl_yaml_node_is_null(node)) {
        return true;
    }
    if (!sl_reader_mapping(r, node, "weight_by_distance")) {
        return false;
    }
    sl_reader_keys(r, node, keys, COUNT(keys), "weight_by_distance");
    return sl_read_profile(r, node, out);
}
