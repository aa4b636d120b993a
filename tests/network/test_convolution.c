/* test_convolution - a kernel over a grid, against loops over all pairs of coordinates. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net_fixture.h"
#include "saltus/saltus.h"
#include "support/suite.h"

/* Grids of sources and targets, and the kernel between them. */
typedef struct scene {
    uint32_t dimensions;
    uint32_t sources[3], targets[3]; /* 1 beyond the dimensions */
    uint32_t kernel[3], stride[3], padding[3];
    bool periodic;
} scene;

static saltus_positions_spec grid(uint32_t dimensions, const uint32_t shape[3], bool periodic)
{
    saltus_positions_spec p = {.kind = SALTUS_POSITIONS_GRID,
                               .dimensions = dimensions,
                               .spacing_um = {1, 1, 1},
                               .periodic = periodic};
    memcpy(p.shape, shape, sizeof p.shape);
    return p;
}

static saltus_experiment *experiment_of(const scene *s)
{
    saltus_experiment *experiment = NULL;
    saltus_error error = {0};
    saltus_population_spec spec = saltus_population_spec_default();
    ck_assert_int_eq(saltus_experiment_create("grids", &experiment), SALTUS_OK);
    spec.name = "A";
    spec.size = s->sources[0] * s->sources[1] * s->sources[2];
    spec.positions = grid(s->dimensions, s->sources, s->periodic);
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &spec, NULL, &error), SALTUS_OK);
    spec.name = "B";
    spec.size = s->targets[0] * s->targets[1] * s->targets[2];
    spec.positions = grid(s->dimensions, s->targets, s->periodic);
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &spec, NULL, &error), SALTUS_OK);
    return experiment;
}

static saltus_projection_spec projection_of(const scene *s)
{
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_CONVOLUTION);
    memcpy(spec.convolution.kernel, s->kernel, sizeof s->kernel);
    memcpy(spec.convolution.stride, s->stride, sizeof s->stride);
    memcpy(spec.convolution.padding, s->padding, sizeof s->padding);
    return spec;
}

/* Coordinate `axis` of neuron `i` of a grid. */
static int64_t coordinate(const uint32_t shape[3], uint32_t i, uint32_t axis)
{
    for (uint32_t a = 0; a < axis; a++) {
        i /= shape[a];
    }
    return i % shape[axis];
}

/* Tap that joins two neurons, tried one after the other; -1: none. */
static int64_t tap_of(const scene *s, uint32_t source, uint32_t target)
{
    int64_t tap = 0;
    int64_t scale = 1;
    for (uint32_t axis = 0; axis < s->dimensions; axis++) {
        int64_t found = -1;
        for (uint32_t k = 0; k < s->kernel[axis]; k++) {
            const int64_t n = s->sources[axis];
            int64_t at =
                coordinate(s->targets, target, axis) * s->stride[axis] + k - s->padding[axis];
            for (; s->periodic && at < 0; at += n) {
            }
            at = s->periodic ? at % n : at;
            found = at == coordinate(s->sources, source, axis) ? k : found;
        }
        if (found < 0) {
            return -1;
        }
        tap += scale * found;
        scale *= s->kernel[axis];
    }
    return tap;
}

static const scene scenes[] = {
    {1, {10, 1, 1}, {8, 1, 1}, {3, 0, 0}, {1, 0, 0}, {0, 0, 0}, false},
    {1, {10, 1, 1}, {10, 1, 1}, {3, 0, 0}, {1, 0, 0}, {1, 0, 0}, true},
    {1, {1, 1, 1}, {1, 1, 1}, {1, 0, 0}, {1, 0, 0}, {0, 0, 0}, false},
    {2, {9, 7, 1}, {9, 7, 1}, {3, 5, 0}, {1, 1, 0}, {1, 2, 0}, false},
    {2, {28, 28, 1}, {12, 12, 1}, {5, 5, 0}, {2, 2, 0}, {0, 0, 0}, false},
    {2, {12, 6, 1}, {4, 2, 1}, {5, 6, 0}, {3, 3, 0}, {1, 4, 0}, true},
    {2, {5, 4, 1}, {9, 8, 1}, {1, 1, 0}, {1, 1, 0}, {2, 2, 0}, false},
    {3, {4, 5, 6}, {2, 3, 2}, {3, 3, 2}, {1, 1, 3}, {0, 0, 0}, false},
};

START_TEST(targets_have_the_sources_under_their_kernel_with_its_weights)
{
    for (size_t n = 0; n < sizeof scenes / sizeof scenes[0]; n++) {
        const scene *s = &scenes[n];
        /* Weights that floats hold exactly, and such that they do not. */
        for (int exact = 0; exact < 2; exact++) {
            double weights[64];
            size_t taps = 1;
            for (uint32_t i = 0; i < s->dimensions; i++) {
                taps *= s->kernel[i];
            }
            for (size_t i = 0; i < taps; i++) {
                weights[i] = exact ? (double)i - 3 : 0.1 * (double)i - 0.7;
            }
            saltus_experiment *experiment = experiment_of(s);
            saltus_projection_spec spec = projection_of(s);
            spec.weight_mV = saltus_constant(0);
            spec.weight_mV.kind = SALTUS_VALUE_LIST;
            spec.weight_mV.list = weights;
            spec.weight_mV.list_length = taps;
            fixture_connect(experiment, &spec);
            saltus_projection_size size;
            saltus_network_estimate_projection(experiment, 0, &size);
            saltus_network *network = fixture_build(experiment, 2, 0);
            size_t count = 0;
            size_t wanted = 0;
            saltus_synapse *synapses = fixture_synapses(network, 0, &count);
            bool right = true;
            for (size_t i = 0; i < count; i++) {
                const int64_t tap = tap_of(s, synapses[i].source, synapses[i].target);
                right &= tap >= 0 && synapses[i].weight_mV == weights[tap];
                right &= i == 0 || synapses[i].source != synapses[i - 1].source ||
                         synapses[i].target != synapses[i - 1].target;
            }
            for (uint32_t a = 0; a < saltus_network_population_size(network, 0); a++) {
                for (uint32_t b = 0; b < saltus_network_population_size(network, 1); b++) {
                    wanted += tap_of(s, a, b) >= 0;
                }
            }
            ck_assert_msg(right, "scene %zu", n);
            ck_assert_uint_eq(count, wanted);
            ck_assert_uint_eq(count, size.synapses);
            free(synapses);
            saltus_network_destroy(network);
            saltus_experiment_destroy(experiment);
        }
    }
}
END_TEST

START_TEST(a_kernel_within_a_population_can_leave_out_autapses)
{
    const scene s = {2, {6, 5, 1}, {6, 5, 1}, {3, 3, 0}, {1, 1, 0}, {1, 1, 0}, true};
    saltus_experiment *experiment = experiment_of(&s);
    saltus_projection_spec spec = projection_of(&s);
    spec.target = 0;
    spec.autapses = false;
    fixture_connect(experiment, &spec);
    saltus_projection_size size;
    saltus_network_estimate_projection(experiment, 0, &size);
    saltus_network *network = fixture_build(experiment, 1, 0);
    size_t count = 0;
    saltus_synapse *synapses = fixture_synapses(network, 0, &count);
    ck_assert_uint_eq(count, 30 * 8);
    ck_assert_uint_eq(size.synapses, 30 * 8);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_ne(synapses[i].source, synapses[i].target);
    }
    free(synapses);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

static void check_refused(const scene *s, const saltus_value *weight, const char *contains)
{
    saltus_experiment *experiment = experiment_of(s);
    saltus_projection_spec spec = projection_of(s);
    saltus_error error = {0};
    if (weight != NULL) {
        spec.weight_mV = *weight;
    }
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, &spec, NULL, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, contains) != NULL, "%s", error.message);
    saltus_experiment_destroy(experiment);
}

START_TEST(kernels_that_do_not_fit_are_refused)
{
    scene s = scenes[4];
    s.targets[0] = 11;
    check_refused(&s, NULL,
                  "the grid of the targets has 11 along x; kernel 5, stride 2 and padding 0 "
                  "over a grid of 28 make 12");
    s = scenes[4];
    s.stride[1] = 0;
    check_refused(&s, NULL, "found a kernel of 5 and a stride of 0 along y");
    s = scenes[1];
    s.kernel[0] = 11;
    check_refused(&s, NULL, "the kernel is 11 wide along x, more than the periodic grid of 10");
    s = scenes[1];
    s.stride[0] = 3;
    check_refused(&s, NULL, "over a periodic grid of 10 make 0");

    static const double weights[] = {1, 2};
    saltus_value two = saltus_constant(0);
    two.kind = SALTUS_VALUE_LIST;
    two.list = weights;
    two.list_length = 2;
    check_refused(&scenes[1], &two, "found 2 values; 3 are needed, one for each tap of the kernel");

    saltus_experiment *experiment = experiment_of(&scenes[1]);
    saltus_projection_spec spec = projection_of(&scenes[1]);
    saltus_error error = {0};
    saltus_population_spec nowhere = saltus_population_spec_default();
    nowhere.name = "C";
    nowhere.size = 10;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &nowhere, &spec.target, &error),
                     SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, &spec, NULL, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, "convolution connects two grids") != NULL, "%s",
                  error.message);
    saltus_experiment_destroy(experiment);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {targets_have_the_sources_under_their_kernel_with_its_weights,
                                  a_kernel_within_a_population_can_leave_out_autapses,
                                  kernels_that_do_not_fit_are_refused};
    return SUITE_RUN("convolution", tests);
}
