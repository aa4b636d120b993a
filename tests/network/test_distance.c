/* test_distance - connections, weights and delays by distance, against sums over all pairs.
 *
 * Positions are read back from the network and distances taken anew. Statistical bounds are five
 * standard deviations, with fixed seeds.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "net_fixture.h"
#include "saltus/saltus.h"
#include "support/suite.h"

static void add(saltus_experiment *experiment, const char *name, uint32_t size,
                const saltus_positions_spec *positions)
{
    saltus_population_spec spec = saltus_population_spec_default();
    saltus_error error = {0};
    spec.name = name;
    spec.size = size;
    spec.positions = *positions;
    ck_assert_msg(!saltus_experiment_add_population(experiment, &spec, NULL, &error), "%s",
                  error.message);
}

/* A (sources) and B (targets) in space. */
static saltus_experiment *in_space(uint32_t a, const saltus_positions_spec *of_a, uint32_t b,
                                   const saltus_positions_spec *of_b)
{
    saltus_experiment *experiment = NULL;
    ck_assert_int_eq(saltus_experiment_create("space", &experiment), SALTUS_OK);
    add(experiment, "A", a, of_a);
    add(experiment, "B", b, of_b);
    return experiment;
}

static saltus_positions_spec box_of(uint32_t dimensions, double edge_um, bool periodic)
{
    return (saltus_positions_spec){.kind = SALTUS_POSITIONS_UNIFORM,
                                   .dimensions = dimensions,
                                   .box_um = {edge_um, edge_um, edge_um},
                                   .periodic = periodic};
}

static saltus_positions_spec grid_of(uint32_t x, uint32_t y, double spacing_um, bool periodic)
{
    return (saltus_positions_spec){.kind = SALTUS_POSITIONS_GRID,
                                   .dimensions = 2,
                                   .shape = {x, y},
                                   .spacing_um = {spacing_um, spacing_um},
                                   .periodic = periodic};
}

/* Distance of two neurons; edge 0: the space is open. */
static double distance(const saltus_network *network, uint32_t source, uint32_t target_population,
                       uint32_t target, const double edge_um[3])
{
    double a[3];
    double b[3];
    saltus_network_position(network, 0, source, a);
    saltus_network_position(network, target_population, target, b);
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double d = fabs(a[i] - b[i]);
        d = edge_um[i] > 0 && d > edge_um[i] / 2 ? edge_um[i] - d : d;
        sum += d * d;
    }
    return sqrt(sum);
}

/* The profiles as the documentation has them. */
static double profile_at(const saltus_distance_profile *f, double d)
{
    if (d > f->cutoff_um) {
        return 0;
    }
    switch (f->kind) {
    case SALTUS_PROFILE_LINEAR:
        return d < f->width_um ? 1 - d / f->width_um : 0;
    case SALTUS_PROFILE_EXPONENTIAL:
        return exp(-d / f->width_um);
    case SALTUS_PROFILE_GAUSSIAN:
        return exp(-d * d / (2 * f->width_um * f->width_um));
    default:
        return 1;
    }
}

/* ---- Connections ------------------------------------------------------------------- */

enum { SOURCES = 260, TARGETS = 70 };

/* How often each pair is connected over many seeds, the positions being the same. */
static void check_law(const saltus_positions_spec *of_a, const saltus_positions_spec *of_b,
                      const saltus_distance_profile *profile, double p)
{
    const double seeds = 80;
    static double found[SOURCES * TARGETS];
    static double chances[SOURCES * TARGETS];
    memset(found, 0, sizeof found);
    saltus_experiment *experiment = in_space(SOURCES, of_a, TARGETS, of_b);
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_DISTANCE);
    spec.probability = p;
    spec.connection_profile = *profile;
    fixture_connect(experiment, &spec);
    for (uint64_t seed = 1; seed <= (uint64_t)seeds; seed++) {
        saltus_experiment_set_seed(experiment, seed);
        saltus_network *network = fixture_build(experiment, 1, 0);
        size_t count = 0;
        saltus_synapse *synapses = fixture_synapses(network, 0, &count);
        for (size_t i = 0; i < count; i++) {
            found[synapses[i].source * TARGETS + synapses[i].target]++;
        }
        free(synapses);
        for (uint32_t pair = 0; pair < SOURCES * TARGETS && seed == 1; pair++) {
            const double d = distance(network, pair / TARGETS, 1, pair % TARGETS,
                                      of_a->periodic ? of_a->box_um : (double[3]){0, 0, 0});
            chances[pair] = p * profile_at(profile, d);
        }
        saltus_network_destroy(network);
    }
    /* Sum of squared standard scores where the normal approximation holds, and the total. */
    double chi = 0;
    double scored = 0;
    double total = 0;
    double mean = 0;
    double variance = 0;
    bool possible = true;
    for (size_t pair = 0; pair < (size_t)SOURCES * TARGETS; pair++) {
        const double q = chances[pair];
        const double expected = seeds * q;
        possible &= (found[pair] == 0 || q > 0) && found[pair] <= seeds;
        total += found[pair];
        mean += expected;
        variance += expected * (1 - q);
        if (expected > 5 && seeds - expected > 5) {
            chi += (found[pair] - expected) * (found[pair] - expected) / (expected * (1 - q));
            scored++;
        }
    }
    ck_assert(possible);
    ck_assert_double_gt(scored, 100);
    ck_assert_msg(fabs(chi - scored) < 5 * sqrt(2 * scored), "chi-square %g of %g", chi, scored);
    ck_assert_msg(fabs(total - mean) < 5 * sqrt(variance), "%g of %g", total, mean);
    saltus_experiment_destroy(experiment);
}

START_TEST(pairs_are_connected_with_the_probability_of_their_distance)
{
    /* Listed positions do not change with the seed. */
    static double a[3 * SOURCES];
    static double b[3 * TARGETS];
    random_stream stream = random_stream_at(5, RANDOM_POSITION, 9, 9);
    for (size_t i = 0; i < 3 * SOURCES; i++) {
        a[i] = 1000 * sl_random_uniform(&stream);
    }
    for (size_t i = 0; i < 3 * TARGETS; i++) {
        b[i] = 1000 * sl_random_uniform(&stream);
    }
    const saltus_distance_profile profiles[] = {
        {SALTUS_PROFILE_CONSTANT, 0, 300},
        {SALTUS_PROFILE_LINEAR, 600, (double)INFINITY},
        {SALTUS_PROFILE_EXPONENTIAL, 200, (double)INFINITY},
        {SALTUS_PROFILE_GAUSSIAN, 200, (double)INFINITY},
        {SALTUS_PROFILE_GAUSSIAN, 300, 400},
    };
    for (uint32_t dimensions = 1; dimensions <= 3; dimensions++) {
        for (int periodic = 0; periodic < 2; periodic++) {
            saltus_positions_spec of_a = box_of(dimensions, 1000, periodic == 1);
            of_a.kind = SALTUS_POSITIONS_LIST;
            of_a.coordinates_um = a;
            of_a.count = SOURCES;
            saltus_positions_spec of_b = of_a;
            of_b.coordinates_um = b;
            of_b.count = TARGETS;
            for (size_t i = 0; i < 5; i++) {
                check_law(&of_a, &of_b, &profiles[i], i % 2 == 0 ? 0.7 : 1);
            }
        }
    }
}
END_TEST

/* Many sources, of which far ones are drawn by rows of cells: the synapses of each band of
 * distances. */
START_TEST(far_pairs_are_connected_with_their_probability_too)
{
    enum { MANY = 20000, FEW = 60, BANDS = 40 };
    const saltus_distance_profile profiles[] = {{SALTUS_PROFILE_EXPONENTIAL, 90, (double)INFINITY},
                                                {SALTUS_PROFILE_GAUSSIAN, 150, (double)INFINITY},
                                                {SALTUS_PROFILE_LINEAR, 900, (double)INFINITY}};
    const double scales[] = {1, 0.02};
    for (uint32_t c = 0; c < 12; c++) {
        const uint32_t dimensions = 2 + c % 2;
        const saltus_positions_spec box = box_of(dimensions, 1000, c / 2 % 2 == 1);
        const double edges[3] = {box.periodic * 1000.0, box.periodic * 1000.0,
                                 box.periodic * 1000.0};
        saltus_experiment *experiment = in_space(MANY, &box, FEW, &box);
        saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_DISTANCE);
        spec.connection_profile = profiles[c / 4];
        spec.probability = scales[c % 4 / 2];
        fixture_connect(experiment, &spec);
        saltus_network *network = fixture_build(experiment, 2, 0);
        double found[BANDS] = {0};
        double mean[BANDS] = {0};
        double variance[BANDS] = {0};
        size_t count = 0;
        saltus_synapse *synapses = fixture_synapses(network, 0, &count);
        for (size_t i = 0; i < count; i++) {
            const double d = distance(network, synapses[i].source, 1, synapses[i].target, edges);
            found[(int)(d / 45)]++;
        }
        for (uint32_t pair = 0; pair < MANY * FEW; pair++) {
            const double d = distance(network, pair / FEW, 1, pair % FEW, edges);
            const double q = spec.probability * profile_at(&spec.connection_profile, d);
            mean[(int)(d / 45)] += q;
            variance[(int)(d / 45)] += q * (1 - q);
        }
        for (int band = 0; band < BANDS; band++) {
            ck_assert_msg(fabs(found[band] - mean[band]) <= 5 * sqrt(variance[band]) + 2,
                          "case %u band %d: %g of %g", c, band, found[band], mean[band]);
        }
        free(synapses);
        saltus_network_destroy(network);
        saltus_experiment_destroy(experiment);
    }
}
END_TEST

/* With p = 1 and a cutoff the network is known: neurons of a grid exactly at the cutoff belong to
 * it. */
START_TEST(a_constant_profile_connects_exactly_the_pairs_within_its_cutoff)
{
    const double cutoffs[] = {10, 14.2, 20, 30, 50, 1000};
    for (size_t c = 0; c < 6; c++) {
        for (int periodic = 0; periodic < 2; periodic++) {
            const saltus_positions_spec grid = grid_of(40, 25, 10, periodic == 1);
            const double edges[3] = {periodic * 400.0, periodic * 250.0, 0};
            saltus_experiment *experiment = in_space(1000, &grid, 1000, &grid);
            saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_DISTANCE);
            spec.probability = 1;
            spec.autapses = c % 2 == 0;
            spec.connection_profile =
                (saltus_distance_profile){SALTUS_PROFILE_CONSTANT, 0, cutoffs[c]};
            fixture_connect(experiment, &spec);
            saltus_network *network = fixture_build(experiment, 2, 0);
            size_t count = 0;
            saltus_synapse *synapses = fixture_synapses(network, 0, &count);
            bool right = true;
            bool *connected = calloc(1000000, sizeof *connected);
            for (size_t i = 0; i < count; i++) {
                bool *pair = &connected[synapses[i].source * 1000 + synapses[i].target];
                right &= !*pair;
                *pair = true;
            }
            for (uint32_t pair = 0; pair < 1000000; pair++) {
                const uint32_t source = pair / 1000;
                const uint32_t target = pair % 1000;
                const bool wanted = distance(network, source, 0, target, edges) <= cutoffs[c] &&
                                    (spec.autapses || source != target);
                right &= connected[pair] == wanted;
            }
            ck_assert(right);
            free(connected);
            free(synapses);
            saltus_network_destroy(network);
            saltus_experiment_destroy(experiment);
        }
    }
}
END_TEST

START_TEST(estimates_bound_networks_in_space)
{
    static double listed[2 * 3000];
    random_stream stream = random_stream_at(6, RANDOM_POSITION, 9, 9);
    for (size_t i = 0; i < 2 * 3000; i++) {
        listed[i] = 2000 * sl_random_uniform(&stream) * sl_random_uniform(&stream);
    }
    saltus_positions_spec spaces[] = {
        box_of(2, 2000, false),    box_of(2, 2000, true),  grid_of(60, 50, 40, false),
        grid_of(60, 50, 40, true), box_of(2, 2000, false), box_of(3, 500, true),
    };
    spaces[4].kind = SALTUS_POSITIONS_LIST;
    spaces[4].coordinates_um = listed;
    spaces[4].count = 3000;
    const saltus_distance_profile profiles[] = {{SALTUS_PROFILE_CONSTANT, 0, 85},
                                                {SALTUS_PROFILE_EXPONENTIAL, 60, (double)INFINITY},
                                                {SALTUS_PROFILE_GAUSSIAN, 300, (double)INFINITY},
                                                {SALTUS_PROFILE_LINEAR, 200, 150}};
    for (size_t s = 0; s < 6; s++) {
        for (size_t f = 0; f < 4; f++) {
            saltus_experiment *experiment = in_space(3000, &spaces[s], 3000, &spaces[s]);
            saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_DISTANCE);
            spec.probability = 0.8;
            spec.connection_profile = profiles[f];
            fixture_connect(experiment, &spec);
            saltus_projection_size size;
            ck_assert_int_eq(saltus_network_estimate_projection(experiment, 0, &size), 0);
            saltus_network *network = fixture_build(experiment, 2, 0);
            const uint64_t built = saltus_network_projection_synapses(network, 0);
            ck_assert_msg(built <= size.synapses && (double)built > 0.75 * (double)size.synapses,
                          "space %zu profile %zu: %llu, estimate %llu", s, f,
                          (unsigned long long)built, (unsigned long long)size.synapses);
            saltus_network_destroy(network);
            saltus_experiment_destroy(experiment);
        }
    }
}
END_TEST

START_TEST(one_neuron_alone_has_its_autapse_or_nothing)
{
    const saltus_positions_spec place = box_of(3, 1, false);
    saltus_experiment *experiment = in_space(1, &place, 1, &place);
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_DISTANCE);
    spec.probability = 1;
    spec.connection_profile =
        (saltus_distance_profile){SALTUS_PROFILE_GAUSSIAN, 1, (double)INFINITY};
    fixture_connect(experiment, &spec);
    spec.autapses = false;
    fixture_connect(experiment, &spec);
    saltus_network *network = fixture_build(experiment, 1, 0);
    ck_assert_uint_eq(saltus_network_projection_synapses(network, 0), 1);
    ck_assert_uint_eq(saltus_network_projection_synapses(network, 1), 0);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

/* ---- Weights and delays ------------------------------------------------------------ */

/* A network of A to A by a rule that knows no space, with synapses that do. */
static saltus_network *by_distance(saltus_projection_spec *spec, const saltus_positions_spec *place)
{
    const saltus_positions_spec none = {.kind = SALTUS_POSITIONS_NONE};
    saltus_experiment *experiment = in_space(1500, place, 1, &none);
    spec->source = 0;
    spec->target = 0;
    spec->rule = SALTUS_RULE_FIXED_INDEGREE;
    spec->count = 20;
    fixture_connect(experiment, spec);
    saltus_network *network = fixture_build(experiment, 3, 1024);
    saltus_experiment_destroy(experiment);
    return network;
}

START_TEST(weights_fall_off_and_delays_grow_with_distance)
{
    const double edge = 900;
    for (int periodic = 0; periodic < 2; periodic++) {
        const saltus_positions_spec place = box_of(3, edge, periodic == 1);
        const double edges[3] = {periodic * edge, periodic * edge, periodic * edge};
        saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_FIXED_INDEGREE);
        spec.weight_mV = saltus_constant(-2);
        spec.weight_profile =
            (saltus_distance_profile){SALTUS_PROFILE_EXPONENTIAL, 150, (double)INFINITY};
        spec.delay_ms = saltus_constant(0.25);
        spec.velocity_m_s = saltus_constant(0.61);
        saltus_network *network = by_distance(&spec, &place);
        size_t count = 0;
        saltus_synapse *synapses = fixture_synapses(network, 0, &count);
        ck_assert_uint_eq(count, 30000);
        double longest = 0;
        bool right = true;
        for (size_t i = 0; i < count; i++) {
            const double d = distance(network, synapses[i].source, 0, synapses[i].target, edges);
            const double weight = -2 * exp(-d / 150);
            const double delay = 0.25 + d * 1e-6 / 0.61 * 1e3; /* m / (m/s), in ms */
            right &= fabs(synapses[i].weight_mV - weight) <= 1e-7 * fabs(weight);
            right &= fabs(synapses[i].delay_ms - delay) <= 1e-11;
            longest = fmax(longest, delay);
        }
        ck_assert(right);
        ck_assert_double_lt(longest, 0.25 + (periodic ? 0.5 : 1) * sqrt(3) * 900e-3 / 0.61);
        free(synapses);
        saltus_network_destroy(network);
    }
}
END_TEST

START_TEST(velocities_and_delays_are_drawn_for_each_synapse)
{
    const saltus_positions_spec place = grid_of(50, 30, 100, false);
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_FIXED_INDEGREE);
    spec.weight_mV = saltus_uniform(1, 2);
    spec.weight_profile = (saltus_distance_profile){SALTUS_PROFILE_CONSTANT, 0, 2000};
    spec.delay_ms = saltus_uniform(1, 1.5);
    spec.velocity_m_s = saltus_uniform(0.61, 119);
    saltus_network *network = by_distance(&spec, &place);
    size_t count = 0;
    saltus_synapse *synapses = fixture_synapses(network, 0, &count);
    const double open[3] = {0, 0, 0};
    double fast = 0;
    double far = 0;
    bool right = true;
    for (size_t i = 0; i < count; i++) {
        const double d = distance(network, synapses[i].source, 0, synapses[i].target, open);
        const double w = synapses[i].weight_mV;
        right &= d > 2000 ? w == 0 : w >= 1 && w <= 2;
        right &= synapses[i].delay_ms >= 1 + d * 1e-3 / 119 - 1e-9;
        right &= synapses[i].delay_ms <= 1.5 + d * 1e-3 / 0.61 + 1e-9;
        /* Most velocities are above 10 m/s: P = 109 / 118.39, at delays that no other explains. */
        if (d > 2000) {
            far++;
            fast += synapses[i].delay_ms - d * 1e-3 / 10 < 1.25;
        }
    }
    ck_assert(right);
    ck_assert_double_gt(far, 5000);
    ck_assert_double_gt(fast / far, 0.45);
    ck_assert_uint_gt(saltus_network_projection_zero_weights(network, 0), 5000);
    free(synapses);
    saltus_network_destroy(network);
}
END_TEST

/* ---- What is refused --------------------------------------------------------------- */

static void check_refused(const saltus_projection_spec *spec, const saltus_positions_spec *of_a,
                          const saltus_positions_spec *of_b, const char *contains)
{
    saltus_experiment *experiment = in_space(100, of_a, 100, of_b);
    saltus_error error = {0};
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, spec, NULL, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, contains) != NULL, "%s", error.message);
    saltus_experiment_destroy(experiment);
}

START_TEST(distances_that_there_are_not_are_refused)
{
    const saltus_positions_spec none = {.kind = SALTUS_POSITIONS_NONE};
    const saltus_positions_spec open = box_of(2, 100, false);
    const saltus_positions_spec round = box_of(2, 100, true);
    const saltus_positions_spec larger = box_of(2, 101, true);
    const saltus_positions_spec flat = box_of(3, 100, false);
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_DISTANCE);
    spec.probability = 0.5;
    check_refused(&spec, &open, &open, "the profile is missing");
    spec.connection_profile =
        (saltus_distance_profile){SALTUS_PROFILE_GAUSSIAN, 10, (double)INFINITY};
    check_refused(&spec, &none, &open, "the sources have none");
    check_refused(&spec, &open, &none, "the targets have none");
    check_refused(&spec, &open, &round, "different spaces");
    check_refused(&spec, &round, &larger, "different spaces");
    check_refused(&spec, &open, &flat, "different spaces");
    spec.connection_profile.width_um = 0;
    check_refused(&spec, &open, &open, "found a width of 0 um");
    spec.connection_profile.width_um = 1e300;
    check_refused(&spec, &open, &open,
                  "found a width of 1e+300 um; a length above 0 um is needed, at most");
    spec.connection_profile = (saltus_distance_profile){SALTUS_PROFILE_LINEAR, 1, 0};
    check_refused(&spec, &open, &open, "found a cutoff of 0 um");
    spec.connection_profile =
        (saltus_distance_profile){SALTUS_PROFILE_CONSTANT, 0, (double)INFINITY};
    check_refused(&spec, &open, &open, "the cutoff is missing; a constant profile needs one");
    spec.connection_profile.cutoff_um = 10;
    spec.probability = 1.5;
    check_refused(&spec, &open, &open, "found p: 1.5");

    spec = fixture_projection(0, 1, SALTUS_RULE_ALL_TO_ALL);
    spec.velocity_m_s = saltus_constant(0);
    check_refused(&spec, &open, &open, "velocities are above 0");
    spec.velocity_m_s = saltus_normal(1, 1);
    check_refused(&spec, &open, &open, "needs a min above 0 m/s");
    spec.velocity_m_s = saltus_constant(1);
    check_refused(&spec, &none, &open, "velocity: a distance needs positions");
    spec = fixture_projection(0, 1, SALTUS_RULE_ALL_TO_ALL);
    spec.weight_profile = (saltus_distance_profile){SALTUS_PROFILE_GAUSSIAN, -1, 5};
    check_refused(&spec, &open, &open, "weight_by_distance: found a width of -1 um");
    spec.weight_profile.width_um = 1;
    spec.plasticity.rule = "stdp";
    saltus_error error = {0};
    ck_assert_int_eq(saltus_plasticity_set(&spec.plasticity, "w_max", 1, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_plasticity_set(&spec.plasticity, "w_min", 0.25, &error), SALTUS_OK);
    check_refused(&spec, &open, &open, "weights from 0 mV to 0.5 mV can come about");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {pairs_are_connected_with_the_probability_of_their_distance,
                                  far_pairs_are_connected_with_their_probability_too,
                                  a_constant_profile_connects_exactly_the_pairs_within_its_cutoff,
                                  estimates_bound_networks_in_space,
                                  one_neuron_alone_has_its_autapse_or_nothing,
                                  weights_fall_off_and_delays_grow_with_distance,
                                  velocities_and_delays_are_drawn_for_each_synapse,
                                  distances_that_there_are_not_are_refused};
    return SUITE_RUN("distance", tests);
}
