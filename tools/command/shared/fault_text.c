/* fault_text - see fault_text.h. */
#include "shared/fault_text.h"

#include <math.h>
#include <stdio.h>

#include "shared/command.h"

#define HOW_ROOM 96

static bool of_population(const saltus_fault_spec *spec)
{
    return spec->type == SALTUS_FAULT_NEURON_LESION || spec->type == SALTUS_FAULT_SPIKE_DROPOUT;
}

const char *fault_of(const saltus_experiment *e, uint32_t index)
{
    const saltus_fault_spec *spec = saltus_experiment_fault(e, index);
    return of_population(spec) ? saltus_experiment_population_name(e, spec->population)
                               : saltus_experiment_projection(e, spec->projection).name;
}

const char *fault_kind(const saltus_fault_spec *spec)
{
    switch (spec->type) {
    case SALTUS_FAULT_NEURON_LESION:
        return "lesion of neurons";
    case SALTUS_FAULT_SYNAPSE_LESION:
        return "lesion of synapses";
    case SALTUS_FAULT_WEIGHT_NOISE:
        return "noise of weights";
    case SALTUS_FAULT_SPIKE_DROPOUT:
        return "dropout of spikes";
    case SALTUS_FAULT_SYNAPSE_DROPOUT:
        return "dropout of arrivals";
    }
    return "";
}

static const char *order_name(saltus_lesion_order order)
{
    static const char *const names[] = {"random",     "degree", "in_degree",
                                        "out_degree", "weight", "list"};
    return names[order];
}

/* "0.2, by degree", "sd 0.1", "probability 0.1". number_text shares its room, so one at a time. */
static void describe(const saltus_fault_spec *spec, char how[HOW_ROOM])
{
    switch (spec->type) {
    case SALTUS_FAULT_NEURON_LESION:
    case SALTUS_FAULT_SYNAPSE_LESION:
        if (spec->order == SALTUS_LESION_LIST) {
            snprintf(how, HOW_ROOM, "%s listed", count_text(spec->neuron_count));
        } else if (isnan(spec->share)) {
            snprintf(how, HOW_ROOM, "%s, by %s", count_text(spec->count), order_name(spec->order));
        } else {
            snprintf(how, HOW_ROOM, "a share of %s, by %s", number_text(spec->share),
                     order_name(spec->order));
        }
        return;
    case SALTUS_FAULT_WEIGHT_NOISE:
        snprintf(how, HOW_ROOM, "sd %s, %s", number_text(spec->sd),
                 spec->lognormal ? "lognormal" : "normal");
        return;
    case SALTUS_FAULT_SPIKE_DROPOUT:
    case SALTUS_FAULT_SYNAPSE_DROPOUT:
        snprintf(how, HOW_ROOM, "probability %s", number_text(spec->probability));
        return;
    }
}

static double begins_ms(const saltus_fault_spec *spec)
{
    const bool dropout =
        spec->type == SALTUS_FAULT_SPIKE_DROPOUT || spec->type == SALTUS_FAULT_SYNAPSE_DROPOUT;
    return dropout ? spec->start_ms : spec->at_ms;
}

void fault_print_specs(const saltus_experiment *e, int width)
{
    const uint32_t count = saltus_experiment_fault_count(e);
    if (count > 0) {
        printf("\n%-*s  %14s  %-20s  %s\n", width, "fault of", "from", "kind", "how");
    }
    for (uint32_t i = 0; i < count; i++) {
        const saltus_fault_spec *spec = saltus_experiment_fault(e, i);
        char how[HOW_ROOM] = "";
        describe(spec, how);
        printf("%-*s  %11s ms  %-20s  %s\n", width, fault_of(e, i), number_text(begins_ms(spec)),
               fault_kind(spec), how);
    }
}

void fault_print_effects(const saltus_experiment *e, const saltus_simulation *simulation, int width)
{
    for (uint32_t i = 0; i < saltus_experiment_fault_count(e); i++) {
        const saltus_fault_spec *spec = saltus_experiment_fault(e, i);
        const saltus_fault_effect effect = saltus_simulation_fault(simulation, i);
        printf("%-*s%s of %s: ", width, i == 0 ? "faults" : "", fault_kind(spec), fault_of(e, i));
        if (!effect.begun) {
            printf("not yet\n");
        } else if (spec->type == SALTUS_FAULT_NEURON_LESION) {
            printf("%s lost", count_text(effect.neurons));
            printf(", %s synapses with them\n", count_text(effect.synapses));
        } else if (spec->type == SALTUS_FAULT_SYNAPSE_LESION) {
            printf("%s lost\n", count_text(effect.synapses));
        } else if (spec->type == SALTUS_FAULT_WEIGHT_NOISE) {
            printf("%s disturbed\n", count_text(effect.synapses));
        } else {
            printf("%s lost\n", count_text(effect.lost));
        }
    }
}

void fault_json(json_writer *w, const saltus_experiment *e, const saltus_simulation *simulation)
{
    json_open_array(w, "faults");
    for (uint32_t i = 0; i < saltus_experiment_fault_count(e); i++) {
        const saltus_fault_spec *spec = saltus_experiment_fault(e, i);
        char how[HOW_ROOM] = "";
        describe(spec, how);
        json_open_object(w, NULL);
        json_string(w, "of", fault_of(e, i));
        json_string(w, "kind", fault_kind(spec));
        json_string(w, "how", how);
        json_double(w, "from_ms", begins_ms(spec));
        if (simulation != NULL) {
            const saltus_fault_effect effect = saltus_simulation_fault(simulation, i);
            json_bool(w, "begun", effect.begun);
            json_integer(w, "neurons", effect.neurons);
            json_integer(w, "synapses", effect.synapses);
            json_integer(w, "lost", effect.lost);
        }
        json_close(w);
    }
    json_close(w);
}
