/* cmd_check - `saltus check FILE`: is the experiment right, how large is it, does it fit? */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "describe/graph_report.h"
#include "shared/command.h"
#include "shared/experiment_source.h"
#include "shared/json_writer.h"
#include "shared/machine.h"
#include "shared/options.h"

enum { ROW_SET, ROW_GRAPH, ROW_JSON };

static const option_row rows[] = {
    [ROW_SET] = {"set", "PATH=VALUE", "change a value of the file first; may be repeated"},
    [ROW_GRAPH] = {"graph", NULL, "build the network and measure it as a graph"},
    [ROW_JSON] = {"json", NULL, "print JSON"},
    {NULL, NULL, NULL},
};

static void print_help(void)
{
    printf(
        "usage: saltus check FILE [options]\n\n"
        "Reads the experiment FILE (YAML, or a SONATA circuit), says everything that is wrong\n"
        "with it as file:line:column: path: message, and prints how large the network would\n"
        "be and whether it fits. Nothing is built, unless --graph asks for degrees, clustering,\n"
        "path lengths and reciprocity.\n\n");
    options_print(rows);
    printf("\nExit codes: 0 right and fits; 2 wrong or too large.\n\n"
           "  saltus check data/experiments/small_world.yaml --graph\n"
           "  saltus check data/experiments/brunel_ai.yaml --set populations.E.size=40000\n");
}

/* What the printers need. */
typedef struct check_result {
    const saltus_experiment *experiment;
    saltus_network_size size;
    uint64_t available, limit;
    bool fits;
#ifdef SALTUS_HAVE_GRAPH
    const graph_report *graph; /* NULL: not asked for */
#endif
} check_result;

static saltus_projection_size size_of_projection(const check_result *r, uint32_t index)
{
    saltus_projection_size size = {0};
    saltus_network_estimate_projection(r->experiment, index, &size);
    return size;
}

/* Of one synapse in all. */
static uint32_t synapse_bytes(const saltus_projection_size *size)
{
    return size->network_bytes + size->simulation_bytes;
}

static const char *input_type_name(saltus_input_type type)
{
    static const char *const names[] = {[SALTUS_INPUT_POISSON] = "poisson",
                                        [SALTUS_INPUT_ARRIVALS] = "arrivals",
                                        [SALTUS_INPUT_PERIODIC] = "periodic",
                                        [SALTUS_INPUT_CURRENT] = "current"};
    return names[type];
}

static const char *model_name(saltus_model model)
{
    for (size_t i = 0; i < saltus_model_count(); i++) {
        if (saltus_model_get(i)->model == model) {
            return saltus_model_get(i)->name;
        }
    }
    return "?";
}

/* Width of the first column: the longest name. */
static int name_width(const saltus_experiment *e)
{
    size_t width = strlen("population");
    for (uint32_t i = 0; i < saltus_experiment_population_count(e); i++) {
        const size_t length = strlen(saltus_experiment_population_name(e, i));
        width = length > width ? length : width;
    }
    for (uint32_t i = 0; i < saltus_experiment_projection_count(e); i++) {
        const size_t length = strlen(saltus_experiment_projection(e, i).name);
        width = length > width ? length : width;
    }
    for (uint32_t i = 0; i < saltus_experiment_input_count(e); i++) {
        const size_t length = strlen(saltus_experiment_input(e, i).name);
        width = length > width ? length : width;
    }
    for (uint32_t i = 0; i < saltus_experiment_modulator_count(e); i++) {
        const size_t length = strlen(saltus_experiment_modulator(e, i).name);
        width = length > width ? length : width;
    }
    return (int)width;
}

/* A table's column for what changes; experiments without it need none. */
static bool any_plastic(const saltus_experiment *e)
{
    bool any = false;
    for (uint32_t i = 0; i < saltus_experiment_projection_count(e); i++) {
        any = any || saltus_experiment_projection(e, i).plasticity != NULL;
    }
    return any;
}

static void print_projections(const check_result *r, int width)
{
    const saltus_experiment *e = r->experiment;
    const bool plastic = any_plastic(e);
    if (saltus_experiment_projection_count(e) > 0) {
        printf("\n%-*s  %14s  %-20s  bytes a synapse%s\n", width, "projection", "synapses", "rule",
               plastic ? "  plasticity" : "");
    }
    for (uint32_t i = 0; i < saltus_experiment_projection_count(e); i++) {
        const saltus_projection_info projection = saltus_experiment_projection(e, i);
        const saltus_projection_size size = size_of_projection(r, i);
        /* a random number of synapses: what the memory is planned for */
        printf("%-*s  %2s%12s  %-20s  ", width, projection.name,
               projection.random_synapses ? "<=" : "", count_text(size.synapses),
               saltus_rule_name(projection.rule));
        if (plastic) {
            printf("%-15u  %s\n", synapse_bytes(&size),
                   projection.plasticity != NULL ? projection.plasticity : "static");
        } else {
            printf("%u\n", synapse_bytes(&size));
        }
    }
}

static const char *positions_name(saltus_positions_kind kind)
{
    static const char *const names[] = {[SALTUS_POSITIONS_NONE] = "none",
                                        [SALTUS_POSITIONS_GRID] = "grid",
                                        [SALTUS_POSITIONS_UNIFORM] = "uniform",
                                        [SALTUS_POSITIONS_LIST] = "listed"};
    return names[kind];
}

/* Neurons in a unit of the space they are in: mm, mm^2 or mm^3; 0 where it has no extent. */
static double density_of(const check_result *r, uint32_t population, const double edges_um[3])
{
    const saltus_positions_spec *p =
        saltus_experiment_population_positions(r->experiment, population);
    double neurons = saltus_experiment_population_size(r->experiment, population);
    double space = 1;
    for (uint32_t i = 0; i < p->dimensions; i++) {
        neurons *= 1000;
        space *= edges_um[i];
    }
    return space > 0 ? neurons / space : 0;
}

static void print_positions(const check_result *r, int width)
{
    const saltus_experiment *e = r->experiment;
    bool any = false;
    for (uint32_t i = 0; i < saltus_experiment_population_count(e); i++) {
        const saltus_positions_spec *p = saltus_experiment_population_positions(e, i);
        if (p->kind == SALTUS_POSITIONS_NONE) {
            continue;
        }
        if (!any) {
            printf("\n%-*s  %14s  %-20s  %s\n", width, "positions", "neurons/mm^d", "kind",
                   "extent");
        }
        any = true;
        double origin_um[3];
        double edges_um[3];
        saltus_positions_extent(p, origin_um, edges_um);
        printf("%-*s  %14.6g  %s%-*s  ", width, saltus_experiment_population_name(e, i),
               density_of(r, i, edges_um), positions_name(p->kind),
               20 - (int)strlen(positions_name(p->kind)), p->periodic ? ", periodic" : "");
        for (uint32_t axis = 0; axis < p->dimensions; axis++) {
            printf("%s%s", axis > 0 ? " x " : "", number_text(edges_um[axis]));
        }
        printf(" um\n");
    }
}

static void print_parts(const check_result *r)
{
    const saltus_experiment *e = r->experiment;
    const int width = name_width(e);
    printf("%-*s  %14s  %-20s  %s\n", width, "population", "neurons", "model", "spikes");
    for (uint32_t i = 0; i < saltus_experiment_population_count(e); i++) {
        printf("%-*s  %14s  %-20s  %s\n", width, saltus_experiment_population_name(e, i),
               count_text(saltus_experiment_population_size(e, i)),
               model_name(saltus_experiment_population_model(e, i)),
               saltus_experiment_records_spikes(e, i) ? "recorded" : "not recorded");
    }
    if (saltus_experiment_input_count(e) > 0) {
        printf("\n%-*s  %14s  %-20s  %s\n", width, "input", "", "type", "to");
    }
    for (uint32_t i = 0; i < saltus_experiment_input_count(e); i++) {
        const saltus_input_info input = saltus_experiment_input(e, i);
        printf("%-*s  %14s  %-20s  %s\n", width, input.name, "", input_type_name(input.type),
               saltus_experiment_population_name(e, input.population));
    }
    if (saltus_experiment_modulator_count(e) > 0) {
        printf("\n%-*s  %14s  %-20s  %s\n", width, "modulator", "", "tau", "listed rewards");
    }
    for (uint32_t i = 0; i < saltus_experiment_modulator_count(e); i++) {
        const saltus_modulator_info modulator = saltus_experiment_modulator(e, i);
        printf("%-*s  %14s  %s ms%*s  %s\n", width, modulator.name, "",
               number_text(modulator.tau_ms), 17 - (int)strlen(number_text(modulator.tau_ms)), "",
               count_text(modulator.listed_rewards));
    }
    print_positions(r, width);
    print_projections(r, width);
}

static void print_table(const check_result *r, const char *path)
{
    const saltus_experiment *e = r->experiment;
    printf("%s: %s\n", path, saltus_experiment_title(e));
    if (saltus_experiment_has_duration(e)) {
        printf("duration %s ms", number_text(saltus_experiment_duration_ms(e)));
    } else {
        printf("learns images (saltus learn)");
    }
    printf(", seed %llu, hash %016llx\n\n", (unsigned long long)saltus_experiment_seed(e),
           (unsigned long long)saltus_experiment_hash(e));
    print_parts(r);

    const saltus_network_size *size = &r->size;
    printf("\nneurons   %12s  %12s\n", count_text(size->neurons), bytes_text(size->neuron_bytes));
    printf("synapses  %12s  %12s\n", count_text(size->synapses), bytes_text(size->synapse_bytes));
    printf("rows      %12s  %12s\n", "", bytes_text(size->row_bytes));
    if (size->plastic_bytes > 0) {
        printf("learning  %12s  %12s   (weights that change, release, scaling, last spikes)\n", "",
               bytes_text(size->plastic_bytes));
    }
    if (size->log_bytes > 0) {
        printf("spike logs%12s  %12s   (earlier spikes, at most)\n", "",
               bytes_text(size->log_bytes));
    }
    printf("inputs    %12s  %12s\n", "", bytes_text(size->input_bytes));
    printf("building  %12s  %12s\n", "", bytes_text(size->build_bytes));
    printf("total     %12s  %12s   (%.3g bytes a synapse with its rows%s)\n", "",
           bytes_text(size->total_bytes), size->bytes_per_synapse,
           size->plastic_bytes > 0 ? " and learning" : "");
    if (r->available > 0) {
        printf("available %12s  %12s\n", "", bytes_text(r->available));
    }
#ifdef SALTUS_HAVE_GRAPH
    if (r->graph != NULL) {
        graph_report_print(r->graph);
    }
#endif
}

static void print_json_positions(json_writer *w, const check_result *r, uint32_t population)
{
    const saltus_positions_spec *p =
        saltus_experiment_population_positions(r->experiment, population);
    double origin_um[3];
    double edges_um[3];
    if (p->kind == SALTUS_POSITIONS_NONE) {
        json_null(w, "positions");
        return;
    }
    saltus_positions_extent(p, origin_um, edges_um);
    json_open_object(w, "positions");
    json_string(w, "kind", positions_name(p->kind));
    json_bool(w, "periodic", p->periodic);
    json_open_array(w, "origin_um");
    for (uint32_t i = 0; i < p->dimensions; i++) {
        json_double(w, NULL, origin_um[i]);
    }
    json_close(w);
    json_open_array(w, "extent_um");
    for (uint32_t i = 0; i < p->dimensions; i++) {
        json_double(w, NULL, edges_um[i]);
    }
    json_close(w);
    json_double(w, "density_per_mm", density_of(r, population, edges_um));
    json_close(w);
}

static void print_json_parts(json_writer *w, const check_result *r)
{
    const saltus_experiment *e = r->experiment;
    json_open_array(w, "populations");
    for (uint32_t i = 0; i < saltus_experiment_population_count(e); i++) {
        json_open_object(w, NULL);
        json_string(w, "name", saltus_experiment_population_name(e, i));
        json_string(w, "model", model_name(saltus_experiment_population_model(e, i)));
        json_integer(w, "neurons", saltus_experiment_population_size(e, i));
        json_bool(w, "recorded", saltus_experiment_records_spikes(e, i));
        print_json_positions(w, r, i);
        json_close(w);
    }
    json_close(w);

    json_open_array(w, "inputs");
    for (uint32_t i = 0; i < saltus_experiment_input_count(e); i++) {
        const saltus_input_info input = saltus_experiment_input(e, i);
        json_open_object(w, NULL);
        json_string(w, "name", input.name);
        json_string(w, "type", input_type_name(input.type));
        json_string(w, "to", saltus_experiment_population_name(e, input.population));
        json_close(w);
    }
    json_close(w);

    json_open_array(w, "modulators");
    for (uint32_t i = 0; i < saltus_experiment_modulator_count(e); i++) {
        const saltus_modulator_info modulator = saltus_experiment_modulator(e, i);
        json_open_object(w, NULL);
        json_string(w, "name", modulator.name);
        json_double(w, "tau_ms", modulator.tau_ms);
        json_integer(w, "listed_rewards", modulator.listed_rewards);
        json_close(w);
    }
    json_close(w);

    json_open_array(w, "projections");
    for (uint32_t i = 0; i < saltus_experiment_projection_count(e); i++) {
        const saltus_projection_info projection = saltus_experiment_projection(e, i);
        const saltus_projection_size size = size_of_projection(r, i);
        json_open_object(w, NULL);
        json_string(w, "name", projection.name);
        json_string(w, "rule", saltus_rule_name(projection.rule));
        if (projection.plasticity != NULL) {
            json_string(w, "plasticity", projection.plasticity);
        } else {
            json_null(w, "plasticity");
        }
        json_bool(w, "synapses_at_most", projection.random_synapses);
        json_integer(w, "synapses", size.synapses);
        json_integer(w, "bytes_per_synapse", synapse_bytes(&size));
        json_integer(w, "bytes_per_source", size.source_bytes);
        json_integer(w, "bytes_per_target", size.target_bytes);
        json_close(w);
    }
    json_close(w);
}

static void print_json(const check_result *r, const char *path)
{
    const saltus_experiment *e = r->experiment;
    json_writer w;
    json_begin(&w, stdout);
    json_open_object(&w, NULL);
    json_string(&w, "file", path);
    json_string(&w, "title", saltus_experiment_title(e));
    json_hex(&w, "hash", saltus_experiment_hash(e));
    json_integer(&w, "seed", saltus_experiment_seed(e));
    json_double(&w, "duration_ms",
                saltus_experiment_has_duration(e) ? saltus_experiment_duration_ms(e) : (double)NAN);

    print_json_parts(&w, r);
    json_open_object(&w, "size");
    json_integer(&w, "neurons", r->size.neurons);
    json_integer(&w, "synapses", r->size.synapses);
    json_integer(&w, "neuron_bytes", r->size.neuron_bytes);
    json_integer(&w, "synapse_bytes", r->size.synapse_bytes);
    json_integer(&w, "row_bytes", r->size.row_bytes);
    json_integer(&w, "plastic_bytes", r->size.plastic_bytes);
    json_integer(&w, "log_bytes", r->size.log_bytes);
    json_integer(&w, "input_bytes", r->size.input_bytes);
    json_integer(&w, "build_bytes", r->size.build_bytes);
    json_integer(&w, "total_bytes", r->size.total_bytes);
    json_double(&w, "bytes_per_synapse", r->size.bytes_per_synapse);
    json_close(&w);
    json_integer(&w, "available_bytes", r->available);
    json_bool(&w, "fits", r->fits);
#ifdef SALTUS_HAVE_GRAPH
    if (r->graph != NULL) {
        graph_report_json(&w, r->graph);
    }
#endif
    json_close(&w);
}

/* What the options ask for. */
typedef struct check_request {
    const char *path;
    bool graph, json;
} check_request;

static void print_result(const check_request *request, const check_result *result)
{
    if (request->json) {
        print_json(result, request->path);
    } else {
        print_table(result, request->path);
    }
    fflush(stdout);
}

/* The measures and all the rest. */
static int print_with_graph(const check_request *request, check_result *result,
                            const saltus_network_options *options)
{
#ifdef SALTUS_HAVE_GRAPH
    graph_report graph;
    const int code = graph_report_create(&graph, result->experiment, options);
    if (code == EXIT_CODE_OK) {
        result->graph = &graph;
        print_result(request, result);
    }
    graph_report_clear(&graph);
    return code;
#else
    (void)request;
    (void)result;
    (void)options;
    complain("check: this saltus was built without igraph, which --graph needs (Debian: "
             "libigraph-dev)");
    return EXIT_CODE_USAGE;
#endif
}

static int check(const check_request *request, const source_overrides *overrides)
{
    experiment_source source;
    int code = source_load(&source, "check", request->path, overrides);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    saltus_network_options options = saltus_network_options_default();
    options.threads = machine_default_threads();
    check_result result = {.experiment = source.experiment,
                           .available = machine_available_memory()};
    options.memory_limit = machine_memory_limit();

    /* the table first, then, on stderr, why it does not fit */
    saltus_network_options unlimited = options;
    unlimited.memory_limit = 0;
    code = source_check_memory(&source, &unlimited, &result.size);
    if (code == EXIT_CODE_OK) {
        result.fits = options.memory_limit == 0 || result.size.total_bytes <= options.memory_limit;
        if (request->graph && result.fits) {
            code = print_with_graph(request, &result, &options);
        } else {
            print_result(request, &result);
            code = source_check_memory(&source, &options, &result.size);
        }
    }
    source_clear(&source);
    return code;
}

int cmd_check(int argc, char **argv)
{
    source_overrides overrides = {.count = 0};
    check_request request = {.json = false};
    option_reader o;
    options_begin(&o, "check", rows, argc, argv);
    int code = EXIT_CODE_USAGE;
    int row = options_next(&o);
    for (; row >= 0; row = options_next(&o)) {
        if (row == ROW_JSON) {
            request.json = true;
        } else if (row == ROW_GRAPH) {
            request.graph = true;
        } else if (!source_add_override(&overrides, "check", o.value)) {
            row = OPTIONS_WRONG;
            break;
        }
    }
    if (row == OPTIONS_HELP) {
        print_help();
        code = EXIT_CODE_OK;
    } else if (row == OPTIONS_END && argc - o.next == 1) {
        request.path = argv[o.next];
        code = check(&request, &overrides);
    } else if (row == OPTIONS_END) {
        complain("check: %s; usage: saltus check FILE [options], see saltus check --help",
                 argc == o.next ? "no experiment file is given" : "more than one file is given");
    }
    source_clear_overrides(&overrides);
    return code;
}
