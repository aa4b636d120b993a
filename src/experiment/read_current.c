/* read_current - an input of type `current`: one step, lists of times and values, or a file. */
#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* `count` points, or one that is allowed where something was wrong: no consequences are found. */
static void leave(saltus_input_spec *spec, size_t count)
{
    static const double nothing[] = {0};
    spec->current_count = count;
    if (count == 0) {
        spec->current_times_ms = nothing;
        spec->current_values_pA = nothing;
        spec->current_count = 1;
    }
}

/* start and amplitude. */
static void read_step(reader *r, yaml_node *node, saltus_input_spec *spec)
{
    double *time_ms = sl_reader_numbers(r, 1);
    double *value_pA = sl_reader_numbers(r, 1);
    if (time_ms == NULL || value_pA == NULL) {
        return;
    }
    *time_ms = 0;
    *value_pA = 0;
    sl_reader_get_quantity(r, node, "start", QUANTITY_TIME, time_ms);
    sl_reader_get_quantity(r, node, "amplitude", QUANTITY_CURRENT, value_pA);
    spec->current_times_ms = time_ms;
    spec->current_values_pA = value_pA;
    spec->current_count = 1;
}

/* Lists: at and amplitude. */
static void read_points(reader *r, yaml_node *node, saltus_input_spec *spec)
{
    size_t count = 0;
    sl_reader_points(r, node, "amplitude", QUANTITY_CURRENT, &spec->current_times_ms,
                     &spec->current_values_pA, &count);
    leave(spec, count);
}

/* A file with the columns time_ms,current_pA. */
static void read_file(reader *r, yaml_node *csv, saltus_input_spec *spec)
{
    csv_column columns[] = {
        {.name = "time_ms", .type = CSV_REAL, .low = 0, .high = 4.5e7, .ascending = true},
        {.name = "current_pA", .type = CSV_REAL, .low = -1e12, .high = 1e12}};
    const csv_request request = {.columns = columns, .count = COUNT(columns)};
    const size_t mark = sl_reader_enter(r, "csv");
    size_t count = 0;
    if (sl_reader_csv(r, csv, &request, &count)) {
        spec->current_times_ms = columns[0].reals;
        spec->current_values_pA = columns[1].reals;
        if (count == 0) {
            sl_reader_report(r, csv, "the file has no row; at least one is needed");
        }
    }
    leave(spec, count);
    sl_reader_leave(r, mark);
}

void sl_read_current(reader *r, yaml_node *node, saltus_input_spec *spec)
{
    static const char *const step[] = {"type", "to", "amplitude", "start", "stop", "interpolation"};
    static const char *const points[] = {"type", "to", "at", "amplitude", "stop", "interpolation"};
    static const char *const file[] = {"type", "to", "csv", "stop", "interpolation"};
    static const char *const interpolations[] = {"steps", "ramps"}; /* as in the enumeration */
    yaml_node *at = sl_yaml_node_get(node, "at");
    yaml_node *csv = sl_yaml_node_get(node, "csv");
    yaml_node *interpolation = sl_yaml_node_get(node, "interpolation");
    sl_reader_get_quantity(r, node, "stop", QUANTITY_TIME, &spec->stop_ms);
    if (interpolation != NULL) {
        size_t index = 0;
        const size_t mark = sl_reader_enter(r, "interpolation");
        if (sl_reader_word(r, interpolation, interpolations, COUNT(interpolations), "interpolation",
                           &index)) {
            spec->interpolation = (saltus_interpolation)index;
        }
        sl_reader_leave(r, mark);
    }
    if (csv != NULL) {
        sl_reader_keys(r, node, file, COUNT(file), "a current from a file");
        read_file(r, csv, spec);
        return;
    }
    if (at != NULL) {
        sl_reader_keys(r, node, points, COUNT(points), "a current with times (at)");
    } else {
        sl_reader_keys(r, node, step, COUNT(step), "a current");
    }
    const yaml_node *amplitude = sl_reader_need(r, node, "amplitude", "amplitude: 200 pA");
    const bool list = amplitude != NULL && amplitude->kind == YAML_KIND_LIST;
    if (amplitude == NULL ||
        (list &&
         sl_reader_need(r, node, "at", "at: [0 ms, 100 ms], a time for each amplitude") == NULL)) {
        leave(spec, 0);
        return;
    }
    if (at != NULL) {
        read_points(r, node, spec);
    } else {
        read_step(r, node, spec);
    }
}
