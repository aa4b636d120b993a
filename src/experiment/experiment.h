/* experiment - the checked description, as the network builder reads it.
 *
 * The public specs are the storage: names and lists they point to are owned by the experiment.
 * Every add function has checked what it takes, so that later stages only assert. Defaults that
 * depend on other fields are filled in: v_init, start (of sources and of normalisation) and the
 * names of projections. Weights are stored in the unit of their target in weight_mV and
 * arrival_weights_mV: pA for a target with synaptic currents; the fields for pA are empty. Only
 * populations with synaptic currents have receptors.
 */
#ifndef SALTUS_EXPERIMENT_INTERNAL_H
#define SALTUS_EXPERIMENT_INTERNAL_H

#include "saltus/experiment.h"
#include "saltus/learning.h"

/* One range of neurons whose V is sampled. */
typedef struct potential_record {
    uint32_t population, first, count;
    double start_ms, interval_ms, stop_ms;
} potential_record;

/* Times at which the weights of a projection are kept: start, start + interval, ... before stop
 * (interval 0: start only; start NaN: none), and the end of the run. */
typedef struct weight_record {
    uint32_t projection;
    double start_ms, interval_ms, stop_ms;
    bool at_end;
} weight_record;

struct saltus_experiment {
    char *title;
    uint64_t seed;
    double duration_ms;
    bool duration_open; /* not given: as long as the images of learning take */

    saltus_population_spec *populations;
    bool *record_spikes; /* [population_count] */
    size_t population_count, population_capacity, record_capacity;
    bool record_positions;

    saltus_modulator_spec *modulators;
    size_t modulator_count, modulator_capacity;

    saltus_input_spec *inputs;
    size_t input_count, input_capacity;

    saltus_projection_spec *projections;
    size_t projection_count, projection_capacity;

    saltus_learning_spec *learning; /* NULL: none */

    saltus_fault_spec *faults;
    size_t fault_count, fault_capacity;

    potential_record *potentials;
    size_t potential_count, potential_capacity;

    weight_record *weights;
    size_t weight_count, weight_capacity;
};

/* Add a copy without any check; the reader of files checks by itself, to find all problems of a
 * file. False when memory ran out; the experiment is then unchanged. */
bool sl_experiment_append_population(saltus_experiment *experiment,
                                     const saltus_population_spec *spec);
bool sl_experiment_append_modulator(saltus_experiment *experiment,
                                    const saltus_modulator_spec *spec);
bool sl_experiment_append_input(saltus_experiment *experiment, const saltus_input_spec *spec);
bool sl_experiment_append_projection(saltus_experiment *experiment,
                                     const saltus_projection_spec *spec);
bool sl_experiment_append_fault(saltus_experiment *experiment, const saltus_fault_spec *spec);
bool sl_experiment_append_potential(saltus_experiment *experiment, const potential_record *record);
bool sl_experiment_append_weights(saltus_experiment *experiment, const weight_record *record);

/* The experiment's own copy, in the place of what it had. */
bool sl_experiment_put_learning(saltus_experiment *experiment, const saltus_learning_spec *spec);
void sl_learning_destroy(saltus_learning_spec *spec);

#endif /* SALTUS_EXPERIMENT_INTERNAL_H */
