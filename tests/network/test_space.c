/* test_space - positions of every kind, distances, positions.csv, and what is refused. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "net_fixture.h"
#include "network/space.h"
#include "saltus/saltus.h"
#include "support/suite.h"

static saltus_status add(saltus_experiment *experiment, const char *name, uint32_t size,
                         const saltus_positions_spec *positions, saltus_error *error)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    spec.positions = *positions;
    return saltus_experiment_add_population(experiment, &spec, NULL, error);
}

/* A network of one population, P. */
static saltus_network *network_of(uint32_t size, const saltus_positions_spec *positions,
                                  uint32_t threads)
{
    saltus_experiment *experiment = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_experiment_create("space", &experiment), SALTUS_OK);
    ck_assert_msg(!add(experiment, "P", size, positions, &error), "%s", error.message);
    saltus_network *network = fixture_build(experiment, threads, 1024);
    saltus_experiment_destroy(experiment);
    return network;
}

START_TEST(a_grid_counts_x_fastest_and_sits_in_the_middle_of_its_cells)
{
    const saltus_positions_spec grid = {.kind = SALTUS_POSITIONS_GRID,
                                        .dimensions = 3,
                                        .shape = {3, 4, 5},
                                        .spacing_um = {10, 2, 0.5},
                                        .origin_um = {-15, 0, 100}};
    saltus_network *network = network_of(60, &grid, 1);
    uint32_t neuron = 0;
    for (uint32_t z = 0; z < 5; z++) {
        for (uint32_t y = 0; y < 4; y++) {
            for (uint32_t x = 0; x < 3; x++) {
                double at[3];
                ck_assert_uint_eq(saltus_network_position(network, 0, neuron++, at), 3);
                ck_assert_double_eq(at[0], -15 + 10 * (x + 0.5));
                ck_assert_double_eq(at[1], 2 * (y + 0.5));
                ck_assert_double_eq(at[2], 100 + 0.5 * (z + 0.5));
            }
        }
    }
    double at[3] = {1, 1, 1};
    ck_assert_uint_eq(saltus_network_position(network, 0, 60, at), 0);
    ck_assert_uint_eq(saltus_network_position(network, 1, 0, at), 0);
    ck_assert_double_eq(at[0], 0);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(uniform_positions_fill_their_box_and_belong_to_neurons)
{
    enum { SIZE = 40000, CELLS = 10 };
    const saltus_positions_spec box = {.kind = SALTUS_POSITIONS_UNIFORM,
                                       .dimensions = 2,
                                       .origin_um = {100, -50},
                                       .box_um = {1000, 50},
                                       .periodic = true};
    saltus_network *network = network_of(SIZE, &box, 1);
    saltus_network *threads = network_of(SIZE, &box, 3);
    uint64_t cells[CELLS * CELLS] = {0};
    for (uint32_t i = 0; i < SIZE; i++) {
        double at[3];
        double same[3];
        ck_assert(saltus_network_position(network, 0, i, at) == 2 && at[2] == 0);
        saltus_network_position(threads, 0, i, same);
        ck_assert(memcmp(at, same, sizeof at) == 0);
        ck_assert(at[0] > 100 && at[0] < 1100 && at[1] > -50 && at[1] < 0);
        cells[(size_t)((at[0] - 100) / 100) * CELLS + (size_t)((at[1] + 50) / 5)]++;
    }
    const double chi = fixture_chi_square(cells, CELLS * CELLS);
    ck_assert_double_lt(fabs(chi - 99), 5 * sqrt(2 * 99));
    /* As documented: x, then y, from the stream of (population, neuron). */
    random_stream stream = random_stream_at(1, RANDOM_POSITION, 0, 1234);
    double at[3];
    saltus_network_position(network, 0, 1234, at);
    ck_assert_double_eq(at[0], 100 + 1000 * sl_random_uniform(&stream));
    ck_assert_double_eq(at[1], -50 + 50 * sl_random_uniform(&stream));
    saltus_network_destroy(network);
    saltus_network_destroy(threads);
}
END_TEST

START_TEST(listed_positions_are_taken_as_they_are)
{
    static const double coordinates[] = {1, -2, 3.5, 1e-3, 0, 7};
    const saltus_positions_spec list = {
        .kind = SALTUS_POSITIONS_LIST, .dimensions = 2, .coordinates_um = coordinates, .count = 3};
    saltus_network *network = network_of(3, &list, 1);
    for (uint32_t i = 0; i < 3; i++) {
        double at[3];
        ck_assert_uint_eq(saltus_network_position(network, 0, i, at), 2);
        ck_assert_double_eq(at[0], coordinates[2 * i]);
        ck_assert_double_eq(at[1], coordinates[2 * i + 1]);
    }
    double origin[3];
    double edges[3];
    saltus_positions_extent(&list, origin, edges);
    ck_assert(origin[0] == 0 && origin[1] == -2 && origin[2] == 0);
    ck_assert(edges[0] == 3.5 && edges[1] == 9 && edges[2] == 0);
    saltus_network_destroy(network);
}
END_TEST

/* The nearest of 27 copies of b is as far as the periodic distance says. */
START_TEST(periodic_distances_are_the_shortest_ones)
{
    const saltus_positions_spec spec = {.kind = SALTUS_POSITIONS_UNIFORM,
                                        .dimensions = 3,
                                        .origin_um = {5, 0, -3},
                                        .box_um = {10, 3, 1},
                                        .periodic = true};
    const space_place place = {&spec, 7, 2};
    const space_box box = sl_space_box(&spec);
    saltus_positions_spec open = spec;
    open.periodic = false;
    const space_box no_box = sl_space_box(&open);
    for (uint32_t i = 0; i < 2000; i++) {
        double a[3];
        double b[3];
        sl_space_position(&place, 2 * i, a);
        sl_space_position(&place, 2 * i + 1, b);
        double shortest = (double)INFINITY;
        for (int copy = 0; copy < 27; copy++) {
            const double dx = a[0] - b[0] + 10 * (copy % 3 - 1);
            const double dy = a[1] - b[1] + 3 * (copy / 3 % 3 - 1);
            const double dz = a[2] - b[2] + 1 * (copy / 9 - 1);
            shortest = fmin(shortest, sqrt(dx * dx + dy * dy + dz * dz));
        }
        ck_assert_double_eq_tol(sl_space_distance(&box, a, b), shortest, 1e-12);
        ck_assert_double_eq(sl_space_distance(&box, a, b), sl_space_distance(&box, b, a));
        ck_assert_double_eq_tol(sl_space_distance(&no_box, a, b),
                                hypot(hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]), 1e-12);
    }
}
END_TEST

START_TEST(positions_are_written_as_csv)
{
    char folder[] = "/tmp/saltus_space_XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char name[64];
    char text[256] = "";
    snprintf(name, sizeof name, "%s/result", folder);
    static const double coordinates[] = {0.5, -2};
    const saltus_positions_spec list = {
        .kind = SALTUS_POSITIONS_LIST, .dimensions = 1, .coordinates_um = coordinates, .count = 2};
    saltus_network *network = network_of(2, &list, 1);
    saltus_result *result = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_result_create(name, &result, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_csv_positions_write(result, network, &error), SALTUS_OK);
    FILE *file = fopen(saltus_result_path(result, "positions.csv"), "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_gt(fread(text, 1, sizeof text - 1, file), 0);
    fclose(file);
    ck_assert_str_eq(text, "population,neuron,x_um,y_um,z_um\nP,0,0.5,,\nP,1,-2,,\n");
    saltus_result_discard(result);
    saltus_network_destroy(network);
    rmdir(folder);
}
END_TEST

static void check_refused(uint32_t size, const saltus_positions_spec *positions,
                          const char *contains)
{
    saltus_experiment *experiment = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_experiment_create("space", &experiment), SALTUS_OK);
    ck_assert_int_eq(add(experiment, "P", size, positions, &error), SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, contains) != NULL, "%s", error.message);
    saltus_experiment_destroy(experiment);
}

START_TEST(positions_that_make_no_sense_are_refused)
{
    static const double coordinates[] = {1, 2, 3, (double)NAN};
    saltus_positions_spec p = {
        .kind = SALTUS_POSITIONS_GRID, .dimensions = 2, .shape = {3, 4}, .spacing_um = {1, 1}};
    check_refused(11, &p, "the grid has 12 cells; the population has 11 neurons");
    p.shape[0] = 0;
    check_refused(12, &p, "the grid has 0 cells");
    p = (saltus_positions_spec){.kind = SALTUS_POSITIONS_GRID,
                                .dimensions = 3,
                                .shape = {UINT32_MAX, UINT32_MAX, UINT32_MAX},
                                .spacing_um = {1, 1, 1}};
    check_refused(1, &p, "the population has 1 neurons");
    p = (saltus_positions_spec){
        .kind = SALTUS_POSITIONS_GRID, .dimensions = 1, .shape = {3}, .spacing_um = {0}};
    check_refused(3, &p, "found a spacing of 0 um; a length above 0");
    p = (saltus_positions_spec){.kind = SALTUS_POSITIONS_UNIFORM, .dimensions = 4};
    check_refused(3, &p, "found 4 dimensions");
    p.dimensions = 2;
    p.box_um[0] = 1;
    p.box_um[1] = (double)INFINITY;
    check_refused(3, &p, "found an edge of the box of");
    p.box_um[1] = 1;
    p.origin_um[0] = (double)NAN;
    check_refused(3, &p, "origin");
    p = (saltus_positions_spec){
        .kind = SALTUS_POSITIONS_LIST, .dimensions = 2, .coordinates_um = coordinates, .count = 2};
    check_refused(3, &p, "found 2 positions; 3 are needed");
    check_refused(2, &p, "coordinate y of neuron 1 is nan um");
    p.dimensions = 1;
    p.periodic = true;
    check_refused(2, &p, "an edge of the box of 0 um");
    p.box_um[0] = 1.5;
    check_refused(
        2, &p, "coordinate x of neuron 1 is 2 um, outside of the periodic box from 0 um to 1.5 um");
}
END_TEST

START_TEST(positions_are_counted_in_the_memory_and_the_hash)
{
    saltus_positions_spec p = {.kind = SALTUS_POSITIONS_UNIFORM, .dimensions = 2, .box_um = {1, 1}};
    const saltus_positions_spec none = {.kind = SALTUS_POSITIONS_NONE};
    uint64_t hashes[4];
    uint64_t bytes[4];
    for (size_t i = 0; i < 4; i++) {
        saltus_experiment *experiment = NULL;
        saltus_error error = {0};
        saltus_network_size size;
        p.periodic = i == 2;
        p.box_um[1] = i == 3 ? 2 : 1;
        ck_assert_int_eq(saltus_experiment_create("space", &experiment), SALTUS_OK);
        ck_assert_int_eq(add(experiment, "P", 1000, i > 0 ? &p : &none, &error), SALTUS_OK);
        ck_assert_int_eq(saltus_network_estimate(experiment, NULL, &size, &error), SALTUS_OK);
        hashes[i] = saltus_experiment_hash(experiment);
        bytes[i] = size.neuron_bytes;
        for (size_t k = 0; k < i; k++) {
            ck_assert_uint_ne(hashes[k], hashes[i]);
        }
        saltus_experiment_destroy(experiment);
    }
    ck_assert_uint_eq(bytes[1], bytes[0] + 24000);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_grid_counts_x_fastest_and_sits_in_the_middle_of_its_cells,
                                  uniform_positions_fill_their_box_and_belong_to_neurons,
                                  listed_positions_are_taken_as_they_are,
                                  periodic_distances_are_the_shortest_ones,
                                  positions_are_written_as_csv,
                                  positions_that_make_no_sense_are_refused,
                                  positions_are_counted_in_the_memory_and_the_hash};
    return SUITE_RUN("space", tests);
}
