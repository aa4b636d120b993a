/* experiment_reader - what the readers of an experiment file's sections share.
 *
 * A reader walks the tree and keeps the path of keys it is at; whatever is wrong is reported and
 * reading goes on, so that one look shows all findings of a file.
 */
#ifndef SALTUS_EXPERIMENT_READER_H
#define SALTUS_EXPERIMENT_READER_H

#include "experiment/csv_table.h"
#include "experiment/diagnostics.h"
#include "experiment/experiment_check.h"
#include "experiment/quantity.h"
#include "experiment/yaml_tree.h"

typedef struct reader {
    const char *file, *folder;
    const saltus_load_options *options;
    saltus_experiment *experiment;
    saltus_diagnostics *found;
    saltus_status failure; /* SALTUS_E_MEMORY once memory ran out */
    unsigned silent;       /* > 0: values are read again for a copy, findings are known already */
    size_t silenced;       /* findings that were not reported for this reason */

    bool projections_known; /* all of the file are in the experiment */

    bool weights;                       /* weights are being read, */
    const saltus_population_spec *onto; /* in the unit of this target; NULL: in any */

    char path[512]; /* "populations.E.params" */
    size_t path_length;

    void **scratch; /* lists that live until the next sl_reader_release */
    size_t scratch_count, scratch_capacity;
} reader;

/* ---- Place and findings ------------------------------------------------------------ */

/* Go down to `key`; returns what sl_reader_leave needs to come back. */
size_t sl_reader_enter(reader *r, const char *key);
size_t sl_reader_enter_index(reader *r, size_t index);
void sl_reader_leave(reader *r, size_t mark);

/* Report at a node of the tree. */
void sl_reader_report(reader *r, yaml_node *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Report at the position of `error` in another file; in order, it stands at the node. */
void sl_reader_report_elsewhere(reader *r, yaml_node *at, const saltus_error *error);
/* Number of findings so far. */
size_t sl_reader_findings(const reader *r);
/* Remember that memory ran out. */
void sl_reader_no_memory(reader *r);

/* Sends the problems of a check to the nodes they are about. Problems of a field in which
 * something was found before are passed over: they would be consequences. */
typedef struct check_place {
    reader *reader;
    yaml_node *item;             /* fields are looked for below it */
    yaml_node *name, *from, *to; /* where the fields of these names stand; may be NULL */
} check_place;
problem_sink sl_reader_sink(check_place *place);

/* ---- Memory ------------------------------------------------------------------------ */

/* Keep a malloc'ed block until the next release; frees it when there is no room for it. */
bool sl_reader_keep(reader *r, void *block);
void sl_reader_release(reader *r);

/* ---- Keys and scalars -------------------------------------------------------------- */

/* False, with a finding, unless the node is a mapping. */
bool sl_reader_mapping(reader *r, yaml_node *node, const char *what);
/* Report each key of a mapping that is not allowed; `what` as in "unknown key of a population". */
void sl_reader_keys(reader *r, yaml_node *mapping, const char *const *allowed, size_t count,
                    const char *what);
/* What is said of a key of `what` that belongs elsewhere, as "; ..."; false: nothing. */
typedef bool key_advice(const char *key, const char *what, char *out, size_t size);
/* The same, with advice in place of the key that is spelt most alike. */
void sl_reader_keys_else(reader *r, yaml_node *mapping, const char *const *allowed, size_t count,
                         const char *what, key_advice *advice);
/* A key's value; without it a finding that the mapping lacks the key. */
yaml_node *sl_reader_need(reader *r, yaml_node *mapping, const char *key, const char *example);

/* Each reads `node` into *out and returns true, or reports and leaves *out alone. */
bool sl_reader_text(reader *r, yaml_node *node, const char **out);
bool sl_reader_integer(reader *r, yaml_node *node, uint64_t largest, uint64_t *out);
bool sl_reader_bool(reader *r, yaml_node *node, bool *out);
bool sl_reader_quantity(reader *r, yaml_node *node, quantity_kind kind, double *out);
/* The place of a word in `words`. */
bool sl_reader_word(reader *r, yaml_node *node, const char *const *words, size_t count,
                    const char *what, size_t *out);

/* The same for the value of a key, which may be absent (then *out is left alone). */
bool sl_reader_get_quantity(reader *r, yaml_node *mapping, const char *key, quantity_kind kind,
                            double *out);
bool sl_reader_get_bool(reader *r, yaml_node *mapping, const char *key, bool *out);

/* ---- Parameters of the catalogs ---------------------------------------------------- */

/* How a parameter of a rule or a code is written. */
quantity_kind sl_quantity_kind_of(saltus_parameter_kind kind);
/* The same where this entry is read: bounds of weights and the like are in the unit of the weights.
 */
quantity_kind sl_reader_kind_of(const reader *r, const saltus_rule_parameter *p);
/* The value of the parameter's key in a mapping; without it *out is left alone, which is a finding
 * where there is no default. */
void sl_reader_parameter(reader *r, yaml_node *mapping, const saltus_rule_parameter *p,
                         double *out);

/* ---- Values, names and files ------------------------------------------------------- */

/* A quantity, a distribution or, when length > 0, `length` values as a list or CSV column. */
bool sl_reader_value(reader *r, yaml_node *node, quantity_kind kind, uint32_t length,
                     saltus_value *out);
bool sl_reader_get_value(reader *r, yaml_node *mapping, const char *key, quantity_kind kind,
                         uint32_t length, saltus_value *out);

/* A population's name to its index. */
bool sl_reader_population(reader *r, yaml_node *node, uint32_t *out);
/* Report that the name at `node` is no key of `section`, with a suggestion. */
void sl_reader_unknown_name(reader *r, yaml_node *node, const yaml_node *section);
/* One name or a list of names; the indices and nodes are kept until the next release. */
typedef struct population_list {
    uint32_t *indices;
    yaml_node **nodes;
    size_t count;
} population_list;
bool sl_reader_populations(reader *r, yaml_node *node, population_list *out);

/* Neurons first to last of a population, both included. */
typedef struct neuron_range {
    uint64_t first, last;
} neuron_range;
/* A key `neurons` of a population of `size`: ascending ranges, neighbours joined, at most as many
 * as the list has entries. Returns their number, 0 after a finding. */
size_t sl_reader_neurons(reader *r, yaml_node *node, uint32_t size, neuron_range *ranges);
/* One name of a projection, as in the tables of `saltus check`, or a list of names; a name that
 * several have stands for all of them. `indices` is to be freed in any case. False: a name is not
 * known, which is reported. */
typedef struct projection_list {
    uint32_t *indices;
    size_t count, capacity;
} projection_list;
bool sl_reader_projections(reader *r, yaml_node *node, projection_list *out);

/* Room for `count` numbers that lives until the next release; NULL: out of memory. */
double *sl_reader_numbers(reader *r, size_t count);
/* What holds from which time on: the keys `at` and `values` of a mapping, lists of the same length
 * (or a quantity each), kept until the next release. False, with a finding and a count of 0, when
 * something is wrong. */
bool sl_reader_points(reader *r, yaml_node *node, const char *values, quantity_kind kind,
                      const double **times_ms, const double **out, size_t *count);
/* The key `rate` of Poisson processes: a rate, or a mapping that gives it over time. What is wrong
 * is left out. */
void sl_read_rate(reader *r, yaml_node *mapping, double *rate_Hz, saltus_rate_course *course);
/* Read the CSV file that `node` names; columns are kept until the next release. */
bool sl_reader_csv(reader *r, yaml_node *node, const csv_request *request, size_t *rows);
/* A file name of the experiment file, looked up in its folder; malloc'ed. */
char *sl_reader_file_path(reader *r, const char *name);

/* ---- Neurons that adapt (read_adaptation.c) ------------------------------------------ */

/* Parameters of a model of neurons with currents. */
typedef struct current_keys {
    const char *const *key;
    size_t count;
} current_keys;
current_keys sl_reader_current_keys(saltus_model model);
/* Those that lif_exp does not have. */
void sl_read_adaptation(reader *r, yaml_node *params, saltus_population_spec *spec);

/* ---- Targets ----------------------------------------------------------------------- */

/* From here to sl_reader_end_weights weights onto `targets` are read. False when these take weights
 * in different units, which is reported. */
bool sl_reader_begin_weights(reader *r, const population_list *targets);
void sl_reader_end_weights(reader *r);
/* What these weights are, and one of them as an example. */
quantity_kind sl_reader_weight_kind(const reader *r);
const char *sl_reader_weight_example(const reader *r);
/* A number with a unit that `kind` has not. If it is a weight onto a target that is not known, it
 * is read into *out; else `problem` is reported, for a weight with the reason. */
bool sl_reader_other_unit(reader *r, yaml_node *node, quantity_kind kind, const char *problem,
                          double *out);
/* The key `receptor` of an input or projection, for one of its targets. */
void sl_reader_receptor(reader *r, yaml_node *item, const saltus_population_spec *target,
                        uint32_t *out);

/* ---- Sections ---------------------------------------------------------------------- */

void sl_read_populations(reader *r, yaml_node *section);
/* tau_syn and receptors among the params of neurons with currents; the receptors of before are
 * replaced as a whole. */
void sl_read_receptors(reader *r, yaml_node *params, saltus_population_spec *spec);
/* The model that is this one with receptors; NULL: there is none. */
const char *sl_model_with_receptors(const char *model);
/* A key_advice for params of a model without receptors. */
bool sl_receptor_advice(const char *key, const char *model, char *out, size_t size);
/* params of a population whose model has a flow. */
void sl_read_flow(reader *r, yaml_node *params, saltus_population_spec *spec);
void sl_read_modulators(reader *r, yaml_node *section);
void sl_read_inputs(reader *r, yaml_node *section);
/* The keys of an input of type `current`; lists are kept until the next release. */
void sl_read_current(reader *r, yaml_node *node, saltus_input_spec *spec);
void sl_read_projections(reader *r, yaml_node *section);
void sl_read_learning(reader *r, yaml_node *section);
void sl_read_faults(reader *r, yaml_node *section);
void sl_read_record(reader *r, yaml_node *section);
/* The key `positions` of a population into *out; lists are kept until the next release. False:
 * something is wrong. */
bool sl_read_positions(reader *r, yaml_node *node, saltus_positions_spec *out);
/* The keys profile, width and cutoff of a mapping that may have others. False: something is wrong.
 */
bool sl_read_profile(reader *r, yaml_node *node, saltus_distance_profile *out);
/* The key `weight_by_distance` of a projection, which has these only. */
bool sl_read_weight_profile(reader *r, yaml_node *node, saltus_distance_profile *out);
/* The argument of a rule of saltus/topology.h into the spec, which has the rule; lists are kept
 * until the next release. False: something is wrong. */
bool sl_read_topology(reader *r, yaml_node *node, saltus_projection_spec *spec);
/* The parts of a projection that are about synapses that change. */
void sl_read_plasticity(reader *r, yaml_node *projection, saltus_projection_spec *spec);
/* A file that becomes the spikes of a spike_list: the mapping {images: FILE, code: ...}. */
void sl_read_encoding(reader *r, yaml_node *node, saltus_population_spec *spec);
/* Weights that a run has recorded, of the projection that is being read: from `node`, the mapping
 * {from: FILE, ...}, into the weight for its target, kept until the next release. False: something
 * is wrong.
 */
bool sl_read_weight_file(reader *r, yaml_node *node, saltus_projection_spec *spec);
/* The key `weights` of the section `record`. */
void sl_read_weight_records(reader *r, yaml_node *node);

#endif /* SALTUS_EXPERIMENT_READER_H */
