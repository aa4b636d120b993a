/* read_modulators - the section `modulators` of an experiment file. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A needed quantity. */
static bool need_quantity(reader *r, yaml_node *node, const char *key, const char *example,
                          quantity_kind kind, double *out)
{
    return sl_reader_need(r, node, key, example) != NULL &&
           sl_reader_get_quantity(r, node, key, kind, out);
}

/* ---- Listed rewards -------------------------------------------------------------------- */

static bool read_rewards_csv(reader *r, yaml_node *node, saltus_modulator_spec *spec)
{
    static const char *const keys[] = {"csv"};
    csv_column columns[] = {
        {.name = "time_ms", .type = CSV_REAL, .low = 0, .high = 4.5e7, .ascending = true},
        {.name = "amount", .type = CSV_REAL, .low = -1e12, .high = 1e12}};
    const csv_request request = {.columns = columns, .count = COUNT(columns)};
    sl_reader_keys(r, node, keys, COUNT(keys), "rewards");
    yaml_node *file = sl_reader_need(r, node, "csv", "rewards: {csv: rewards.csv}");
    if (file == NULL) {
        return false;
    }
    const size_t mark = sl_reader_enter(r, "csv");
    const bool good = sl_reader_csv(r, file, &request, &spec->count);
    sl_reader_leave(r, mark);
    if (good) {
        spec->times_ms = columns[0].reals;
        spec->amounts = columns[1].reals;
    }
    return good;
}

static bool read_reward(reader *r, yaml_node *node, double *time_ms, double *amount)
{
    static const char *const keys[] = {"at", "amount"};
    if (!sl_reader_mapping(r, node, "a reward")) {
        return false;
    }
    sl_reader_keys(r, node, keys, COUNT(keys), "a reward");
    const bool good = need_quantity(r, node, "at", "at: 100 ms", QUANTITY_TIME, time_ms);
    return need_quantity(r, node, "amount", "amount: 0.5", QUANTITY_NUMBER, amount) && good;
}

static bool read_rewards_list(reader *r, yaml_node *node, saltus_modulator_spec *spec)
{
    double *times = sl_memory_array(node->count, sizeof(double));
    double *amounts = sl_memory_array(node->count, sizeof(double));
    if (times == NULL || amounts == NULL) {
        sl_reader_no_memory(r);
    }
    bool good = sl_reader_keep(r, times);
    good &= sl_reader_keep(r, amounts);
    if (!good || r->failure != SALTUS_OK) {
        return false;
    }
    size_t i = 0;
    for (yaml_node *child = node->first; child != NULL; child = child->next, i++) {
        const size_t mark = sl_reader_enter_index(r, i);
        good &= read_reward(r, child, &times[i], &amounts[i]);
        sl_reader_leave(r, mark);
    }
    if (good) {
        spec->times_ms = times;
        spec->amounts = amounts;
        spec->count = i;
    }
    return good;
}

static bool read_rewards(reader *r, yaml_node *node, saltus_modulator_spec *spec)
{
    if (node->kind == YAML_KIND_LIST) {
        return read_rewards_list(r, node, spec);
    }
    if (node->kind == YAML_KIND_MAPPING) {
        return read_rewards_csv(r, node, spec);
    }
    sl_reader_report(r, node,
                     "found %s; rewards is a list (- {at: 100 ms, amount: 0.5}) or {csv: "
                     "FILE}",
                     sl_yaml_node_kind_text(node));
    return false;
}

/* ---- Rewards by spikes ----------------------------------------------------------------- */

static bool read_population(reader *r, yaml_node *node, saltus_modulator_spec *spec)
{
    static const char *const keys[] = {"of", "amount", "delay"};
    if (!sl_reader_mapping(r, node, "population")) {
        return false;
    }
    sl_reader_keys(r, node, keys, COUNT(keys), "population");
    yaml_node *of = sl_reader_need(r, node, "of", "of: R");
    const size_t mark = sl_reader_enter(r, "of");
    bool good = of != NULL && sl_reader_population(r, of, &spec->population);
    sl_reader_leave(r, mark);
    good &=
        need_quantity(r, node, "amount", "amount: 0.1", QUANTITY_NUMBER, &spec->population_amount);
    good &=
        need_quantity(r, node, "delay", "delay: 1 ms", QUANTITY_TIME, &spec->population_delay_ms);
    return good;
}

/* [POPULATION, NEURON] */
static bool read_neuron(reader *r, yaml_node *pair, const char *key, uint32_t *population,
                        uint32_t *neuron)
{
    yaml_node *node = sl_reader_need(r, pair, key, "[E, 12]");
    if (node == NULL) {
        return false;
    }
    const size_t mark = sl_reader_enter(r, key);
    bool good = node->kind == YAML_KIND_LIST && node->count == 2;
    if (!good) {
        sl_reader_report(r, node,
                         "found %s; a population and a neuron of it are needed, like "
                         "[E, 12]",
                         node->kind == YAML_KIND_LIST ? "a list that has not two entries"
                                                      : sl_yaml_node_kind_text(node));
    } else {
        uint64_t index = 0;
        good = sl_reader_population(r, node->first, population);
        good &= sl_reader_integer(r, node->last, UINT32_MAX - 1, &index);
        *neuron = (uint32_t)index;
        /* a population that is kept for its name only has no neurons to choose from */
        good = good && r->experiment->populations[*population].size > 0;
    }
    sl_reader_leave(r, mark);
    return good;
}

/* One time, or the ends of a range. */
static bool read_delay(reader *r, yaml_node *pair, saltus_modulator_spec *spec)
{
    yaml_node *node = sl_reader_need(r, pair, "delay", "delay: [1 s, 3 s]");
    if (node == NULL) {
        return false;
    }
    const size_t mark = sl_reader_enter(r, "delay");
    bool good = false;
    if (node->kind == YAML_KIND_LIST && node->count == 2) {
        good = sl_reader_quantity(r, node->first, QUANTITY_TIME, &spec->pair_delay_low_ms);
        good &= sl_reader_quantity(r, node->last, QUANTITY_TIME, &spec->pair_delay_high_ms);
    } else if (node->kind == YAML_KIND_SCALAR) {
        good = sl_reader_quantity(r, node, QUANTITY_TIME, &spec->pair_delay_low_ms);
        spec->pair_delay_high_ms = spec->pair_delay_low_ms;
    } else {
        sl_reader_report(r, node, "found %s; a time, or two like [1 s, 3 s], is needed",
                         node->kind == YAML_KIND_LIST ? "a list that has not two entries"
                                                      : sl_yaml_node_kind_text(node));
    }
    sl_reader_leave(r, mark);
    return good;
}

static bool read_pair(reader *r, yaml_node *node, saltus_modulator_spec *spec)
{
    static const char *const keys[] = {"pre", "post", "window", "amount", "delay"};
    if (!sl_reader_mapping(r, node, "pair")) {
        return false;
    }
    sl_reader_keys(r, node, keys, COUNT(keys), "pair");
    bool good = read_neuron(r, node, "pre", &spec->pre_population, &spec->pre_neuron);
    good &= read_neuron(r, node, "post", &spec->post_population, &spec->post_neuron);
    good &= need_quantity(r, node, "window", "window: 10 ms", QUANTITY_TIME, &spec->pair_window_ms);
    good &= need_quantity(r, node, "amount", "amount: 0.5", QUANTITY_NUMBER, &spec->pair_amount);
    good &= read_delay(r, node, spec);
    return good;
}

/* ---- Modulators ------------------------------------------------------------------------ */

static bool read_part(reader *r, yaml_node *modulator, const char *key,
                      bool (*read)(reader *, yaml_node *, saltus_modulator_spec *),
                      saltus_modulator_spec *spec)
{
    yaml_node *node = sl_yaml_node_get(modulator, key);
    if (node == NULL || sl_yaml_node_is_null(node)) {
        return true;
    }
    const size_t mark = sl_reader_enter(r, key);
    const bool good = read(r, node, spec);
    sl_reader_leave(r, mark);
    return good;
}

static void read_modulator(reader *r, yaml_node *node)
{
    static const char *const keys[] = {"tau", "baseline", "rewards", "population", "pair"};
    const saltus_modulator_spec none = saltus_modulator_spec_default();
    saltus_modulator_spec spec = none;
    spec.name = node->key->text;
    if (sl_yaml_node_is_null(node) || sl_reader_mapping(r, node, "a modulator")) {
        sl_reader_keys(r, node, keys, COUNT(keys), "a modulator");
        sl_reader_get_quantity(r, node, "tau", QUANTITY_TIME, &spec.tau_ms);
        sl_reader_get_quantity(r, node, "baseline", QUANTITY_NUMBER, &spec.baseline);
        read_part(r, node, "rewards", read_rewards, &spec);
        /* What is wrong is left out, so that the checks find no consequences of it. */
        if (!read_part(r, node, "population", read_population, &spec)) {
            spec.population = UINT32_MAX;
        }
        if (!read_part(r, node, "pair", read_pair, &spec)) {
            spec.pre_population = UINT32_MAX;
            spec.post_population = UINT32_MAX;
        }
        check_place place = {.reader = r, .item = node, .name = node->key};
        problem_sink sink = sl_reader_sink(&place);
        sl_check_modulator(r->experiment, &spec, &sink);
    }
    if (r->failure != SALTUS_OK) {
        return;
    }
    if (sl_reader_findings(r) > 0) {
        /* Kept for its name, which projections may use. */
        spec.count = 0;
    }
    if (!sl_experiment_append_modulator(r->experiment, &spec)) {
        sl_reader_no_memory(r);
    }
}

void sl_read_modulators(reader *r, yaml_node *section)
{
    const size_t mark = sl_reader_enter(r, "modulators");
    if (!sl_yaml_node_is_null(section) && sl_reader_mapping(r, section, "modulators")) {
        for (yaml_node *node = section->first; node != NULL && r->failure == SALTUS_OK;
             node = node->next) {
            const size_t inner = sl_reader_enter(r, node->key->text);
            read_modulator(r, node);
            sl_reader_leave(r, inner);
            sl_reader_release(r);
        }
    }
    sl_reader_leave(r, mark);
}
