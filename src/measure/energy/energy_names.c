/* energy_names - the names of terms, scopes, grades and states, and what each term counts.
 *
 * The tables are indexed by the enums of saltus/energy.h; tests/measure holds them complete.
 */
#include "measure/energy/energy_internal.h"

typedef struct term_text {
    const char *name, *summary;
} term_text;

static const term_text terms[SALTUS_ENERGY_TERM_COUNT] = {
    [SALTUS_TERM_SYNAPTIC_EVENT] = {"synaptic_event", "delivery to a synapse of weight != 0"},
    [SALTUS_TERM_ZERO_WEIGHT_EVENT] = {"zero_weight_event", "delivery to a synapse of weight 0"},
    [SALTUS_TERM_EXTERNAL_EVENT] = {"external_event", "arrival from an input at one neuron"},
    [SALTUS_TERM_NEURON_UPDATE] = {"neuron_update",
                                   "change of one neuron's state by an event: deliveries and "
                                   "external events (again), resets"},
    [SALTUS_TERM_STEP_UPDATE] = {"step_update", "one neuron integrated over one step of a clock"},
    [SALTUS_TERM_THRESHOLD_TEST] = {"threshold_test",
                                    "comparison of one neuron with its threshold"},
    [SALTUS_TERM_SPIKE] = {"spike", "spike sent, by a neuron or a source"},
    [SALTUS_TERM_SPIKE_HOP] = {"spike_hop", "spike carried on by one router"},
    [SALTUS_TERM_CROSSING_SEARCH] = {"crossing_search",
                                     "closed-form solution for the next crossing by drift"},
    [SALTUS_TERM_EXP_EVALUATION] = {"exp_evaluation", "scale factor exp(t/tau)"},
    [SALTUS_TERM_RANDOM_DRAW] = {"random_draw", "64-bit random word"},
    [SALTUS_TERM_PLASTIC_UPDATE] = {"plastic_update",
                                    "event that acts on the weight of one synapse that learns"},
    [SALTUS_TERM_QUEUE_OPERATION] = {"queue_operation",
                                     "push or pop of the queue of spikes in flight"},
    [SALTUS_TERM_QUEUE_COMPARE] = {"queue_compare", "comparison of two entries of that queue"},
    [SALTUS_TERM_STATE_BYTE] = {"state_byte", "byte of membrane state read or written"},
    [SALTUS_TERM_SYNAPSE_BYTE] = {"synapse_byte", "byte of synapses read"},
    [SALTUS_TERM_QUEUE_BYTE] = {"queue_byte", "byte of queue entries read or written"},
    [SALTUS_TERM_MAC] = {"mac", "multiply-accumulate of an artificial network"},
    [SALTUS_TERM_AC] = {"ac", "accumulate of an artificial network"},
    [SALTUS_TERM_STATIC_POWER] = {"static_power", "second of static power, times chips or boards"},
};

static const char *const scopes[] = {"per-term", "all-in", "reference"};
static const char *const evidences[] = {"measured", "simulated", "derived", "vendor", "secondary"};
static const char *const times[] = {"simulated", "wall"};
static const char *const states[] = {"priced", "included", "absent", "unpriced", "unknown"};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *name_of(const char *const *names, size_t count, size_t index)
{
    return index < count ? names[index] : NULL;
}

const char *saltus_energy_term_name(saltus_energy_term term)
{
    return (size_t)term < SALTUS_ENERGY_TERM_COUNT ? terms[term].name : NULL;
}

const char *saltus_energy_term_summary(saltus_energy_term term)
{
    return (size_t)term < SALTUS_ENERGY_TERM_COUNT ? terms[term].summary : NULL;
}

const char *saltus_energy_scope_name(saltus_energy_scope scope)
{
    return name_of(scopes, COUNT_OF(scopes), (size_t)scope);
}

const char *saltus_energy_evidence_name(saltus_energy_evidence evidence)
{
    return name_of(evidences, COUNT_OF(evidences), (size_t)evidence);
}

const char *saltus_energy_time_name(saltus_energy_time time)
{
    return name_of(times, COUNT_OF(times), (size_t)time);
}

const char *saltus_energy_state_name(saltus_energy_state state)
{
    return name_of(states, COUNT_OF(states), (size_t)state);
}

const char *const *sl_energy_term_names(const char *names[SALTUS_ENERGY_TERM_COUNT])
{
    for (size_t i = 0; i < SALTUS_ENERGY_TERM_COUNT; i++) {
        names[i] = terms[i].name;
    }
    return names;
}
