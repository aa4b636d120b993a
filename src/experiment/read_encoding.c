/* read_encoding - the key `from` of a spike_list: a file that becomes the population's spikes.
 *
 *     from: {images: digits.idx, code: latency, curve: rc, count: 10, pause: 50 ms}
 *
 * Parameters of the code stand beside it, by the table of the code, as those of a learning rule do.
 */
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment_reader.h"
#include "saltus/encode.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MOST_CODES   32
#define MOST_KEYS    (SALTUS_CODE_VALUES + 24)

enum { KINDS = SALTUS_SOURCE_EVENTS + 1 };

/* The one key that names the file; NULL after a finding. */
static yaml_node *find_source(reader *r, yaml_node *node, saltus_source_kind *kind)
{
    yaml_node *found = NULL;
    for (int i = 0; i < KINDS; i++) {
        yaml_node *file = sl_yaml_node_get(node, saltus_source_kind_name((saltus_source_kind)i));
        if (file != NULL && found != NULL) {
            sl_reader_report(r, file->key, "found %s and %s; the spikes come from one file",
                             found->key->text, file->key->text);
            return NULL;
        }
        if (file != NULL) {
            found = file;
            *kind = (saltus_source_kind)i;
        }
    }
    if (found == NULL) {
        sl_reader_report(r, node,
                         "there is no file; write it like images: FILE (or csv, sound, events)");
    }
    return found;
}

static const saltus_code_info *read_code(reader *r, yaml_node *node)
{
    const char *names[MOST_CODES] = {NULL};
    size_t count = 0;
    size_t index = 0;
    yaml_node *code = sl_reader_need(r, node, "code", "code: rate");
    if (code == NULL) {
        return NULL;
    }
    for (; count < saltus_code_count() && count < MOST_CODES; count++) {
        names[count] = saltus_code_get(count)->name;
    }
    const size_t mark = sl_reader_enter(r, "code");
    const bool good = sl_reader_word(r, code, names, count, "code", &index);
    sl_reader_leave(r, mark);
    return good ? saltus_code_get(index) : NULL;
}

static void read_number(reader *r, yaml_node *node, const char *key, uint64_t most, uint64_t *out)
{
    yaml_node *value = sl_yaml_node_get(node, key);
    if (value != NULL) {
        const size_t mark = sl_reader_enter(r, key);
        sl_reader_integer(r, value, most, out);
        sl_reader_leave(r, mark);
    }
}

/* ---- The two kinds of sources ---------------------------------------------------------- */

static void read_code_keys(reader *r, yaml_node *node, saltus_encoding *encoding)
{
    const char *keys[MOST_KEYS] = {saltus_source_kind_name(encoding->kind),
                                   "code",
                                   "start",
                                   "pause",
                                   "first",
                                   "count",
                                   "seed"};
    size_t count = 7;
    const saltus_code_info *code = read_code(r, node);
    if (code == NULL) {
        return; /* which keys there can be is not known */
    }
    encoding->code = saltus_code_spec_default(code->name);
    for (size_t i = 0; code->parameters[i].name != NULL; i++) {
        keys[count++] = code->parameters[i].name;
        sl_reader_parameter(r, node, &code->parameters[i], &encoding->code.value[i]);
    }
    sl_reader_keys(r, node, keys, count, code->name);
    uint64_t first = 0;
    uint64_t items = 0;
    read_number(r, node, "first", SALTUS_CODE_ITEMS, &first);
    read_number(r, node, "count", SALTUS_CODE_ITEMS, &items);
    read_number(r, node, "seed", UINT64_MAX, &encoding->code.seed);
    encoding->first = (uint32_t)first;
    encoding->count = (uint32_t)items;
    sl_reader_get_quantity(r, node, "pause", QUANTITY_TIME, &encoding->pause_ms);
}

static void read_event_keys(reader *r, yaml_node *node, saltus_encoding *encoding)
{
    static const char *const keys[] = {"events", "start", "sensor", "origin"};
    static const char *const origins[] = {"file", "first"};
    sl_reader_keys(r, node, keys, COUNT(keys), "a recording of events");
    yaml_node *sensor = sl_yaml_node_get(node, "sensor");
    if (sensor != NULL) {
        uint64_t width = 0;
        uint64_t height = 0;
        const size_t mark = sl_reader_enter(r, "sensor");
        if (sensor->kind != YAML_KIND_LIST || sensor->count != 2) {
            sl_reader_report(r, sensor, "found %s; width and height are needed, like [34, 34]",
                             sl_yaml_node_kind_text(sensor));
        } else if (sl_reader_integer(r, sensor->first, 256, &width) &&
                   sl_reader_integer(r, sensor->last, 256, &height) &&
                   (width == 0 || height == 0)) {
            sl_reader_report(r, sensor, "found 0; a sensor has 1 to 256 pixels each way");
        }
        sl_reader_leave(r, mark);
        encoding->sensor_width = (uint32_t)width;
        encoding->sensor_height = (uint32_t)height;
    }
    yaml_node *origin = sl_yaml_node_get(node, "origin");
    if (origin != NULL) {
        size_t index = 0;
        const size_t mark = sl_reader_enter(r, "origin");
        sl_reader_word(r, origin, origins, COUNT(origins), "origin", &index);
        sl_reader_leave(r, mark);
        encoding->from_first = index == 1;
    }
}

/* ---- Entry ----------------------------------------------------------------------------- */

/* Encode, and hand over the spikes. */
static void take_spikes(reader *r, yaml_node *node, const saltus_encoding *encoding,
                        saltus_population_spec *spec)
{
    saltus_encoded made;
    saltus_error error = {0};
    const saltus_status status = saltus_encode_file(encoding, &made, &error);
    if (status == SALTUS_E_MEMORY) {
        sl_reader_no_memory(r);
        return;
    }
    if (status != SALTUS_OK) {
        if (error.line > 0) {
            sl_reader_report_elsewhere(r, node, &error);
        } else {
            sl_reader_report(r, node, "%s", error.message);
        }
        return;
    }
    if (made.sources != spec->size) {
        sl_reader_report(r, node, "the file drives %u sources; the population has %u", made.sources,
                         spec->size);
        saltus_encoded_clear(&made);
        return;
    }
    bool kept = sl_reader_keep(r, made.spikes.times_ms);
    kept &= sl_reader_keep(r, made.spikes.sources);
    if (kept) {
        spec->spike_times_ms = made.spikes.times_ms;
        spec->spike_neurons = made.spikes.sources;
        spec->spike_count = made.spikes.count;
    }
}

void sl_read_encoding(reader *r, yaml_node *node, saltus_population_spec *spec)
{
    const size_t mark = sl_reader_enter(r, "from");
    const size_t findings = sl_reader_findings(r);
    saltus_source_kind kind = SALTUS_SOURCE_IMAGES;
    const char *name = NULL;
    yaml_node *file = sl_reader_mapping(r, node, "from") ? find_source(r, node, &kind) : NULL;
    if (file == NULL || !sl_reader_text(r, file, &name)) {
        sl_reader_leave(r, mark);
        return;
    }
    saltus_encoding encoding = saltus_encoding_default(kind, NULL, NULL);
    if (kind == SALTUS_SOURCE_EVENTS) {
        read_event_keys(r, node, &encoding);
    } else {
        read_code_keys(r, node, &encoding);
    }
    sl_reader_get_quantity(r, node, "start", QUANTITY_TIME, &encoding.start_ms);
    char *path = sl_reader_file_path(r, name);
    encoding.path = path;
    if (path != NULL && sl_reader_findings(r) == findings && spec->size > 0) {
        take_spikes(r, file, &encoding, spec);
    }
    free(path);
    sl_reader_leave(r, mark);
}
