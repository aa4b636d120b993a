/* read_topology - arguments of the rules that give a network its shape: all of them mappings. */
#include "base/memory.h"
#include "experiment/experiment_reader.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A mapping with these keys only. */
static bool rule_mapping(reader *r, yaml_node *node, const char *rule, const char *const *keys,
                         size_t count)
{
    if (!sl_reader_mapping(r, node, rule)) {
        return false;
    }
    const size_t findings = sl_reader_findings(r);
    sl_reader_keys(r, node, keys, count, rule);
    return sl_reader_findings(r) == findings;
}

/* An integer of 32 bits, which may be absent. */
static bool get_count(reader *r, yaml_node *mapping, const char *key, uint32_t *out)
{
    yaml_node *node = sl_yaml_node_get(mapping, key);
    if (node == NULL) {
        return true;
    }
    uint64_t value = 0;
    const size_t mark = sl_reader_enter(r, key);
    const bool good = sl_reader_integer(r, node, UINT32_MAX, &value);
    sl_reader_leave(r, mark);
    if (good) {
        *out = (uint32_t)value;
    }
    return good;
}

static bool read_small_world(reader *r, yaml_node *node, saltus_small_world_spec *spec)
{
    static const char *const keys[] = {"k", "p"};
    static const char *const example = "rule: {small_world: {k: 10, p: 0.1}}";
    if (!rule_mapping(r, node, "small_world", keys, COUNT(keys))) {
        return false;
    }
    bool good = sl_reader_need(r, node, "k", example) != NULL;
    good &= sl_reader_need(r, node, "p", example) != NULL;
    good &= get_count(r, node, "k", &spec->neighbours);
    good &= sl_reader_get_quantity(r, node, "p", QUANTITY_NUMBER, &spec->rewiring);
    return good;
}

static bool read_scale_free(reader *r, yaml_node *node, saltus_scale_free_spec *spec)
{
    static const char *const keys[] = {"m", "exponent", "degrees", "min", "max"};
    static const char *const sides[] = {"both", "in", "out"}; /* as saltus_degree_side */
    if (!rule_mapping(r, node, "scale_free", keys, COUNT(keys))) {
        return false;
    }
    bool good = get_count(r, node, "m", &spec->attachment);
    good &= sl_reader_get_quantity(r, node, "exponent", QUANTITY_NUMBER, &spec->exponent);
    good &= get_count(r, node, "min", &spec->least);
    good &= get_count(r, node, "max", &spec->most);
    yaml_node *degrees = sl_yaml_node_get(node, "degrees");
    size_t side = 0;
    if (degrees != NULL) {
        const size_t mark = sl_reader_enter(r, "degrees");
        good &= sl_reader_word(r, degrees, sides, COUNT(sides), "side", &side);
        sl_reader_leave(r, mark);
        spec->degrees = (saltus_degree_side)side;
    }
    yaml_node *limit = sl_yaml_node_get(node, "min");
    limit = limit != NULL ? limit : sl_yaml_node_get(node, "max");
    if (good && limit != NULL && spec->attachment > 0) {
        sl_reader_report(r, limit->key, "limits of degrees go with an exponent, not with m");
        return false;
    }
    return good;
}

/* One row of the matrix of probabilities. */
static bool read_row(reader *r, yaml_node *row, size_t count, double *out)
{
    if (row->kind != YAML_KIND_LIST || row->count != count) {
        sl_reader_report(r, row,
                         "found %s%s; a row of the matrix is a list with the probability to each "
                         "of the %zu blocks",
                         sl_yaml_node_kind_text(row),
                         row->kind == YAML_KIND_LIST ? " of another length" : "", count);
        return false;
    }
    bool good = true;
    size_t i = 0;
    for (yaml_node *entry = row->first; entry != NULL; entry = entry->next) {
        const size_t mark = sl_reader_enter_index(r, i);
        good &= sl_reader_quantity(r, entry, QUANTITY_NUMBER, &out[i++]);
        sl_reader_leave(r, mark);
    }
    return good;
}

static bool read_matrix(reader *r, yaml_node *node, size_t count, double *out)
{
    if (node->kind != YAML_KIND_LIST || node->count != count) {
        sl_reader_report(r, node,
                         "found %s%s; a list with a row for each of the %zu blocks is needed",
                         sl_yaml_node_kind_text(node),
                         node->kind == YAML_KIND_LIST ? " of another length" : "", count);
        return false;
    }
    bool good = true;
    size_t i = 0;
    for (yaml_node *row = node->first; row != NULL; row = row->next) {
        const size_t mark = sl_reader_enter_index(r, i);
        good &= read_row(r, row, count, out + count * i++);
        sl_reader_leave(r, mark);
    }
    return good;
}

static bool read_sizes(reader *r, yaml_node *node, uint32_t *out)
{
    bool good = true;
    size_t i = 0;
    for (yaml_node *entry = node->first; entry != NULL; entry = entry->next) {
        const size_t mark = sl_reader_enter_index(r, i);
        uint64_t size = 0;
        good &= sl_reader_integer(r, entry, UINT32_MAX, &size);
        out[i++] = (uint32_t)size;
        sl_reader_leave(r, mark);
    }
    return good;
}

static bool read_block_model(reader *r, yaml_node *node, saltus_block_model_spec *spec)
{
    static const char *const keys[] = {"sizes", "p"};
    static const char *const example =
        "rule: {block_model: {sizes: [80, 20], p: [[0.1, 0.2], [0.05, 0]]}}";
    if (!rule_mapping(r, node, "block_model", keys, COUNT(keys))) {
        return false;
    }
    yaml_node *sizes = sl_reader_need(r, node, "sizes", example);
    yaml_node *p = sl_reader_need(r, node, "p", example);
    if (sizes == NULL || p == NULL) {
        return false;
    }
    const size_t mark = sl_reader_enter(r, "sizes");
    bool good = sizes->kind == YAML_KIND_LIST && sizes->count > 0;
    if (!good) {
        sl_reader_report(r, sizes, "found %s; the sizes of the blocks are a list of numbers",
                         sizes->kind == YAML_KIND_LIST ? "an empty list"
                                                       : sl_yaml_node_kind_text(sizes));
        sl_reader_leave(r, mark);
        return false;
    }
    const size_t count = sizes->count;
    uint32_t *size_list = sl_memory_array(count, sizeof *size_list);
    double *matrix = sl_memory_array(count * count, sizeof *matrix);
    if (size_list == NULL || matrix == NULL) {
        sl_reader_no_memory(r);
    }
    const bool kept = sl_reader_keep(r, size_list);
    if (!sl_reader_keep(r, matrix) || !kept || r->failure != SALTUS_OK) {
        sl_reader_leave(r, mark);
        return false;
    }
    good = read_sizes(r, sizes, size_list);
    sl_reader_leave(r, mark);
    const size_t inner = sl_reader_enter(r, "p");
    good &= read_matrix(r, p, count, matrix);
    sl_reader_leave(r, inner);
    *spec = (saltus_block_model_spec){size_list, matrix, count};
    return good;
}

static bool read_distance(reader *r, yaml_node *node, saltus_projection_spec *spec)
{
    static const char *const keys[] = {"p", "profile", "width", "cutoff"};
    if (!rule_mapping(r, node, "distance", keys, COUNT(keys))) {
        return false;
    }
    bool good =
        sl_reader_need(r, node, "p",
                       "rule: {distance: {p: 0.5, profile: gaussian, width: 100 um}}") != NULL;
    good &= sl_reader_get_quantity(r, node, "p", QUANTITY_NUMBER, &spec->probability);
    return sl_read_profile(r, node, &spec->connection_profile) && good;
}

/* Numbers along the axes: a list, or one for all of them. */
static bool get_counts(reader *r, yaml_node *mapping, const char *key, uint32_t out[3])
{
    yaml_node *node = sl_yaml_node_get(mapping, key);
    if (node == NULL) {
        return true;
    }
    const size_t mark = sl_reader_enter(r, key);
    const bool list = node->kind == YAML_KIND_LIST;
    bool good = !list || (node->count >= 1 && node->count <= 3);
    if (!good) {
        sl_reader_report(r, node, "found a list of %u; one number for each axis is needed",
                         node->count);
    }
    yaml_node *entry = list ? node->first : node;
    for (uint32_t i = 0; good && i < (list ? node->count : 3); i++) {
        const size_t inner = list ? sl_reader_enter_index(r, i) : r->path_length;
        uint64_t value = 0;
        good &= sl_reader_integer(r, entry, UINT32_MAX, &value);
        out[i] = (uint32_t)value;
        sl_reader_leave(r, inner);
        entry = list ? entry->next : entry;
    }
    sl_reader_leave(r, mark);
    return good;
}

static bool read_convolution(reader *r, yaml_node *node, saltus_convolution_spec *spec)
{
    static const char *const keys[] = {"kernel", "stride", "padding"};
    if (!rule_mapping(r, node, "convolution", keys, COUNT(keys))) {
        return false;
    }
    yaml_node *kernel = sl_reader_need(r, node, "kernel", "rule: {convolution: {kernel: [5, 5]}}");
    if (kernel != NULL && kernel->kind != YAML_KIND_LIST) {
        sl_reader_report(r, kernel, "found %s; a kernel is a list of its taps along each axis",
                         sl_yaml_node_kind_text(kernel));
        return false;
    }
    return kernel != NULL && get_counts(r, node, "kernel", spec->kernel) &&
           get_counts(r, node, "stride", spec->stride) &&
           get_counts(r, node, "padding", spec->padding);
}

bool sl_read_topology(reader *r, yaml_node *node, saltus_projection_spec *spec)
{
    switch (spec->rule) {
    case SALTUS_RULE_SMALL_WORLD:
        return read_small_world(r, node, &spec->small_world);
    case SALTUS_RULE_SCALE_FREE:
        return read_scale_free(r, node, &spec->scale_free);
    case SALTUS_RULE_BLOCK_MODEL:
        return read_block_model(r, node, &spec->block_model);
    case SALTUS_RULE_DISTANCE:
        return read_distance(r, node, spec);
    case SALTUS_RULE_CONVOLUTION:
        return read_convolution(r, node, &spec->convolution);
    default:
        return false;
    }
}
