/* read_rate - what is given over time: lists of times and values, and rates of Poisson processes.
 */
#include <math.h>

#include "base/memory.h"
#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"
#include "experiment/values.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Lists -------------------------------------------------------------------------- */

double *sl_reader_numbers(reader *r, size_t count)
{
    double *list = sl_memory_array(count, sizeof *list);
    if (list == NULL) {
        sl_reader_no_memory(r);
        return NULL;
    }
    return sl_reader_keep(r, list) ? list : NULL;
}

/* A quantity, or a list of some. */
static bool read_list(reader *r, yaml_node *node, quantity_kind kind, const double **out,
                      size_t *count)
{
    const bool list = node->kind == YAML_KIND_LIST;
    *count = list ? node->count : 1;
    double *values = sl_reader_numbers(r, *count);
    if (values == NULL) {
        return false;
    }
    *out = values;
    if (!list) {
        return sl_reader_quantity(r, node, kind, values);
    }
    bool good = true;
    size_t i = 0;
    for (yaml_node *child = node->first; child != NULL; child = child->next, i++) {
        const size_t mark = sl_reader_enter_index(r, i);
        good &= sl_reader_quantity(r, child, kind, &values[i]);
        sl_reader_leave(r, mark);
    }
    return good;
}

static bool get_list(reader *r, yaml_node *node, const char *key, quantity_kind kind,
                     const double **out, size_t *count)
{
    const size_t mark = sl_reader_enter(r, key);
    const bool good = read_list(r, sl_yaml_node_get(node, key), kind, out, count);
    sl_reader_leave(r, mark);
    return good;
}

bool sl_reader_points(reader *r, yaml_node *node, const char *values, quantity_kind kind,
                      const double **times_ms, const double **out, size_t *count)
{
    size_t times = 0;
    size_t given = 0;
    *count = 0;
    bool good = get_list(r, node, "at", QUANTITY_TIME, times_ms, &times);
    good &= get_list(r, node, values, kind, out, &given);
    if (good && times != given) {
        const size_t mark = sl_reader_enter(r, values);
        sl_reader_report(r, sl_yaml_node_get(node, values),
                         "found %zu value%s for %zu time%s; one value for each time is needed",
                         given, given == 1 ? "" : "s", times, times == 1 ? "" : "s");
        sl_reader_leave(r, mark);
        good = false;
    } else if (good && times == 0) {
        sl_reader_report(r, node, "the lists are empty; at least one time is needed");
        good = false;
    }
    *count = good ? times : 0;
    return good;
}

/* ---- Rates -------------------------------------------------------------------------- */

/* {at: [...], rate: [...]} */
static bool read_steps(reader *r, yaml_node *node, saltus_rate_course *course)
{
    static const char *const keys[] = {"at", "rate"};
    course->kind = SALTUS_RATE_STEPS;
    sl_reader_keys(r, node, keys, COUNT(keys), "a rate in steps");
    return sl_reader_need(r, node, "rate", "rate: [5 Hz, 20 Hz]") != NULL &&
           sl_reader_points(r, node, "rate", QUANTITY_RATE, &course->times_ms, &course->rates_Hz,
                            &course->count);
}

/* {csv: FILE} with the columns time_ms,rate_Hz */
static bool read_file(reader *r, yaml_node *node, saltus_rate_course *course)
{
    static const char *const keys[] = {"csv"};
    csv_column columns[] = {
        {.name = "time_ms", .type = CSV_REAL, .low = 0, .high = 4.5e7, .ascending = true},
        {.name = "rate_Hz", .type = CSV_REAL, .low = 0, .high = 1e7}};
    const csv_request request = {.columns = columns, .count = COUNT(columns)};
    course->kind = SALTUS_RATE_STEPS;
    sl_reader_keys(r, node, keys, COUNT(keys), "a rate from a file");
    yaml_node *csv = sl_yaml_node_get(node, "csv");
    const size_t mark = sl_reader_enter(r, "csv");
    const bool good = sl_reader_csv(r, csv, &request, &course->count);
    if (good) {
        course->times_ms = columns[0].reals;
        course->rates_Hz = columns[1].reals;
        if (course->count == 0) {
            sl_reader_report(r, csv, "the file has no row; at least one is needed");
        }
    }
    sl_reader_leave(r, mark);
    return good && course->count > 0;
}

/* {mean: RATE, amplitude: RATE, frequency: RATE, phase: DEGREES} */
static bool read_sine(reader *r, yaml_node *node, saltus_rate_course *course)
{
    static const char *const keys[] = {"mean", "amplitude", "frequency", "phase"};
    course->kind = SALTUS_RATE_SINE;
    sl_reader_keys(r, node, keys, COUNT(keys), "a rate that is a sine");
    bool good = sl_reader_need(r, node, "mean", "mean: 20 Hz") != NULL;
    good &= sl_reader_need(r, node, "amplitude", "amplitude: 10 Hz") != NULL;
    good &= sl_reader_need(r, node, "frequency", "frequency: 4 Hz") != NULL;
    good &= sl_reader_get_quantity(r, node, "mean", QUANTITY_RATE, &course->mean_Hz);
    good &= sl_reader_get_quantity(r, node, "amplitude", QUANTITY_RATE, &course->amplitude_Hz);
    good &= sl_reader_get_quantity(r, node, "frequency", QUANTITY_RATE, &course->frequency_Hz);
    good &= sl_reader_get_quantity(r, node, "phase", QUANTITY_NUMBER, &course->phase_degrees);
    return good;
}

void sl_read_rate(reader *r, yaml_node *mapping, double *rate_Hz, saltus_rate_course *course)
{
    yaml_node *node = sl_yaml_node_get(mapping, "rate");
    if (node == NULL) {
        return;
    }
    *course = (saltus_rate_course){.kind = SALTUS_RATE_CONSTANT};
    const size_t mark = sl_reader_enter(r, "rate");
    bool good = true;
    if (node->kind != YAML_KIND_MAPPING) {
        sl_reader_quantity(r, node, QUANTITY_RATE, rate_Hz);
    } else if (sl_yaml_node_get(node, "csv") != NULL) {
        good = read_file(r, node, course);
    } else if (sl_yaml_node_get(node, "at") != NULL) {
        good = read_steps(r, node, course);
    } else {
        good = read_sine(r, node, course);
    }
    if (!good) {
        *course = (saltus_rate_course){.kind = SALTUS_RATE_CONSTANT};
        *rate_Hz = 0;
    }
    sl_reader_leave(r, mark);
}
