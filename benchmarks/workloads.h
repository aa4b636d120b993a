/* workloads - the networks that are measured, built through the public interface. */
#ifndef SALTUS_WORKLOADS_H
#define SALTUS_WORKLOADS_H

#include <saltus/saltus.h>

typedef struct workload {
    const char *name;
    const char *summary;
    uint32_t neurons;
    uint32_t synapses_per_neuron;
    double warm_up_ms;  /* not measured */
    double duration_ms; /* measured */
    /* The experiment; NULL when memory ran out or a spec was refused (see error). */
    saltus_experiment *(*create)(const struct workload *workload, saltus_error *error);
    double rate_Hz;         /* of each neuron's own Poisson input, or of each source */
    saltus_value weight_mV; /* delivery: of its synapses */
    saltus_value delay_ms;  /* delivery: of its synapses */
    const char *rule;       /* learning: of its synapses; NULL: static */
    const char *dependence; /* learning: of stdp on the weight */
    bool single;            /* learning: weights as floats */
    struct {
        saltus_release release;
        bool own;    /* parameters of release for each synapse */
        bool scaled; /* by the target */
    } transmission;
} workload;

/* Where an experiment `e` is made: none, if a call on it fails. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        if ((call) != SALTUS_OK) {                                                                 \
            saltus_experiment_destroy(e);                                                          \
            return NULL;                                                                           \
        }                                                                                          \
    } while (0)

/* workloads_currents.c */
saltus_experiment *workload_current_delivery(const workload *w, saltus_error *error);
saltus_experiment *workload_current_external(const workload *w, saltus_error *error);
saltus_experiment *workload_cuba(const workload *w, saltus_error *error);

/* workloads_flows.c; without synapses the neurons fire */
saltus_experiment *workload_adex(const workload *w, saltus_error *error);
saltus_experiment *workload_adex_exp(const workload *w, saltus_error *error);
saltus_experiment *workload_izhikevich(const workload *w, saltus_error *error);
saltus_experiment *workload_izhikevich_exp(const workload *w, saltus_error *error);

extern const workload workloads[];
extern const size_t workload_count;

#endif /* SALTUS_WORKLOADS_H */
