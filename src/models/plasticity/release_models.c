/* release_models - the catalog of models of transmitter release.
 *
 * Parameters are those of saltus_release_spec under the names of experiment files; what each model
 * does with them is in src/models/synapse.
 *
 * Tsodyks, Pawelzik & Markram (1998) Neural Comput 10:821; Fuhrmann et al. (2002) J Neurophysiol
 * 87:140; Loebel et al. (2009) Front Comput Neurosci 3:27. */
#include <string.h>

#include "saltus/plasticity.h"

/* ---- Parameters ------------------------------------------------------------------------ */

#define LONGEST_MS 4.5e7

#define U                                                                                          \
    {                                                                                              \
        "u", SALTUS_PARAMETER_NUMBER, 0.5, 0, 1, NULL, "probability of release at rest"            \
    }
#define U_SD                                                                                       \
    {                                                                                              \
        "u_sd", SALTUS_PARAMETER_NUMBER, 0, 0, 1e12, NULL, "its spread over synapses"              \
    }
#define TAU_REC                                                                                    \
    {                                                                                              \
        "tau_rec", SALTUS_PARAMETER_TIME, 800, 0, LONGEST_MS, NULL,                                \
            "time constant of recovery; 0: at once"                                                \
    }
#define TAU_FAC                                                                                    \
    {                                                                                              \
        "tau_fac", SALTUS_PARAMETER_TIME, 0, 0, LONGEST_MS, NULL,                                  \
            "time constant of facilitation; 0: none"                                               \
    }
#define TAU_REC_SD                                                                                 \
    {                                                                                              \
        "tau_rec_sd", SALTUS_PARAMETER_TIME, 0, 0, LONGEST_MS, NULL, "its spread over synapses"    \
    }
#define TAU_FAC_SD                                                                                 \
    {                                                                                              \
        "tau_fac_sd", SALTUS_PARAMETER_TIME, 0, 0, LONGEST_MS, NULL, "its spread over synapses"    \
    }
#define SITES                                                                                      \
    {                                                                                              \
        "sites", SALTUS_PARAMETER_NUMBER, 1, 1, 65535, NULL, "release sites, a whole number"       \
    }
#define END                                                                                        \
    {                                                                                              \
        NULL, 0, 0, 0, 0, NULL, NULL                                                               \
    }

/* clang-format off */
static const saltus_rule_parameter unreliable[] = {U, U_SD, END};
static const saltus_rule_parameter tsodyks_markram[] = {U, TAU_REC, TAU_FAC, U_SD, TAU_REC_SD,
                                                        TAU_FAC_SD, END};
static const saltus_rule_parameter stochastic[] = {U, TAU_REC, TAU_FAC, SITES, U_SD, TAU_REC_SD,
                                                   TAU_FAC_SD, END};
/* clang-format on */

/* ---- Models ---------------------------------------------------------------------------- */

static const saltus_release_info models[] = {
    {.model = SALTUS_RELEASE_UNRELIABLE,
     .name = "unreliable",
     .summary = "an arrival is whole or fails, at random",
     .equation = "each arrival carries the weight with probability u, else nothing",
     .source = "Bernoulli trials; random numbers by Philox4x32-10",
     .parameters = unreliable},
    {.model = SALTUS_RELEASE_TSODYKS_MARKRAM,
     .name = "tsodyks_markram",
     .summary = "short-term depression and facilitation",
     .equation = "an arrival carries weight * u * x; h since the one before:\n"
                 "x <- 1 - (1 - x (1 - u)) exp(-h/tau_rec),  at first 1\n"
                 "u <- U + u (1 - U) exp(-h/tau_fac),        at first U",
     .source = "Tsodyks, Pawelzik & Markram (1998) Neural Comput 10:821",
     .parameters = tsodyks_markram},
    {.model = SALTUS_RELEASE_STOCHASTIC,
     .name = "stochastic",
     .summary = "release sites that empty at random and refill",
     .equation = "each full site releases with probability u and carries weight / sites;\n"
                 "an empty site is full again with probability 1 - exp(-h/tau_rec);\n"
                 "u <- U + u (1 - U) exp(-h/tau_fac), at first U",
     .source = "Fuhrmann et al. (2002) J Neurophysiol 87:140; Loebel et al. (2009)\n"
               "Front Comput Neurosci 3:27",
     .parameters = stochastic},
};
#define MODELS (sizeof models / sizeof models[0])

size_t saltus_release_count(void)
{
    return MODELS;
}

const saltus_release_info *saltus_release_get(size_t index)
{
    return index < MODELS ? &models[index] : NULL;
}

const saltus_release_info *saltus_release_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < MODELS; i++) {
        if (strcmp(models[i].name, name) == 0) {
            return &models[i];
        }
    }
    return NULL;
}
