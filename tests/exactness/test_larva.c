/* test_larva - the larval brain of Drosophila (Winding et al. 2023) as a network: 3,013 neurons,
 * 111,243 connections whose fan-out is heavy-tailed.
 *
 * The map gives numbers of synapses, no signs and no physiology; these choices are the test's:
 * weight 0.15 mV a synapse, 1 in 5 cells inhibitory (5 times as strong), delay 0.5 ms plus 0.1 ms
 * for each of 30 steps by the edge's number, 1,200 Hz of Poisson input of 1 mV to every cell.
 */
#include <math.h>
#include <stdio.h>

#include "support/suite.h"
#include "support/trial.h"

enum { EDGES = 111243, NEURONS = 3013 };

typedef struct edge_table {
    double weight_mV[EDGES], delay_ms[EDGES];
    uint32_t source[EDGES], target[EDGES];
} edge_table;

static edge_table edges;
static long ids[NEURONS];
static uint32_t id_count;

static int by_id(const void *a, const void *b)
{
    const long i = *(const long *)a, j = *(const long *)b;
    return i < j ? -1 : i > j;
}

/* Index of a cell by its id in the map. */
static uint32_t index_of(long id)
{
    const long *found = bsearch(&id, ids, id_count, sizeof *ids, by_id);
    ck_assert_ptr_nonnull(found);
    return (uint32_t)(found - ids);
}

/* All edges as (id, id, synapses); ids become indices in order of id. */
static void read_map(const char *shared)
{
    char path[1100];
    snprintf(path, sizeof path, "%s/drosophila_larva/edgelist.csv", shared);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "cannot read %s", path);
    static long pre[EDGES], post[EDGES], synapses[EDGES], both[2 * EDGES];
    for (size_t k = 0; k < EDGES; k++) {
        double number = 0;
        ck_assert_int_eq(fscanf(file, "%ld,%ld,%lf", &pre[k], &post[k], &number), 3);
        synapses[k] = lround(number);
        both[2 * k] = pre[k];
        both[2 * k + 1] = post[k];
    }
    fclose(file);
    qsort(both, 2 * EDGES, sizeof *both, by_id);
    for (size_t k = 0; k < 2 * EDGES; k++) {
        if (id_count == 0 || both[k] != ids[id_count - 1]) {
            ck_assert_uint_lt(id_count, NEURONS);
            ids[id_count++] = both[k];
        }
    }
    for (size_t k = 0; k < EDGES; k++) {
        edges.source[k] = index_of(pre[k]);
        edges.target[k] = index_of(post[k]);
        const double sign = edges.source[k] % 5 == 0 ? -5 : 1;
        edges.weight_mV[k] = sign * 0.15 * (double)synapses[k];
        edges.delay_ms[k] = 0.5 + 0.1 * (double)(k % 30);
    }
}

static saltus_value list_of(const double *values)
{
    saltus_value value = saltus_constant(0);
    value.kind = SALTUS_VALUE_LIST;
    value.list = values;
    value.list_length = EDGES;
    return value;
}

static saltus_experiment *larva(void)
{
    saltus_error error = {0};
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("larva", &e), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_duration(e, 300, &error), SALTUS_OK);
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "brain";
    p.size = id_count;
    p.v_init_mV = saltus_uniform(0, 20);
    ck_assert_int_eq(saltus_experiment_add_population(e, &p, NULL, &error), SALTUS_OK);
    saltus_input_spec drive = saltus_input_spec_default();
    drive.name = "drive";
    drive.type = SALTUS_INPUT_POISSON;
    drive.rate_Hz = 1200;
    drive.weight_mV = 1;
    ck_assert_int_eq(saltus_experiment_add_input(e, &drive, NULL, &error), SALTUS_OK);
    saltus_projection_spec c = saltus_projection_spec_default();
    c.rule = SALTUS_RULE_LIST;
    c.weight_mV = list_of(edges.weight_mV);
    c.delay_ms = list_of(edges.delay_ms);
    c.list_sources = edges.source;
    c.list_targets = edges.target;
    c.list_count = EDGES;
    const saltus_status status = saltus_experiment_add_projection(e, &c, NULL, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    ck_assert_int_eq(saltus_experiment_record_spikes(e, 0), SALTUS_OK);
    return e;
}

START_TEST(connectome_runs_with_the_same_bits_for_one_and_two_threads)
{
    const char *shared = trial_shared_data("drosophila_larva/edgelist.csv");
    if (!shared) {
        return;
    }
    read_map(shared);
    saltus_experiment *e = larva();
    const trial_setup one = {.threads = 1, .spikes = true};
    const trial_setup two = {.threads = 2, .block_neurons = 1024, .spikes = true};
    trial_result first, second;
    ck_assert(trial_run(e, &one, &first));
    ck_assert(trial_run(e, &two, &second));
    char why[512] = "";
    ck_assert_msg(trial_same_bits(&first, &second, why, sizeof why), "%s", why);
    ck_assert_msg(trial_same_counts(&first, &second, true, why, sizeof why), "%s", why);

    /* Deliveries are the fan-outs of the spikes that have had the time to arrive. */
    uint64_t least = 0, most = 0;
    static uint32_t fan_out[NEURONS];
    uint32_t largest = 0;
    for (size_t k = 0; k < EDGES; k++) {
        fan_out[edges.source[k]]++;
        largest = fan_out[edges.source[k]] > largest ? fan_out[edges.source[k]] : largest;
    }
    for (size_t k = 0; k < first.spike_count; k++) {
        most += fan_out[first.spikes[k].neuron];
        least += first.spikes[k].time_ms < 300 - 3.4 - 1e-6 ? fan_out[first.spikes[k].neuron] : 0;
    }
    ck_assert_uint_gt(largest, 4 * EDGES / NEURONS);
    ck_assert_uint_ge(first.counts.synaptic_events, least);
    ck_assert_uint_le(first.counts.synaptic_events, most);
    ck_assert_uint_gt(first.spike_count, 2 * NEURONS);
    if (trial_environment("SALTUS_TEST_VERBOSE", 0)) {
        printf("%zu spikes, largest fan-out %u\n", first.spike_count, largest);
    }
    trial_clear(&first);
    trial_clear(&second);
    saltus_experiment_destroy(e);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {connectome_runs_with_the_same_bits_for_one_and_two_threads};
    return SUITE_RUN("larva", tests);
}
