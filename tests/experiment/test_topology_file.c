/* test_topology_file - what experiment files say of topology is what code says: one hash. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "saltus/saltus.h"
#include "support/suite.h"

/* The hash of the file with one projection from E (10 neurons) to E or F (20 neurons). */
static uint64_t hash_of_file(const char *to, const char *keys)
{
    char text[1024];
    snprintf(text, sizeof text,
             "saltus: 1\nduration: 1 s\npopulations:\n"
             "  E: {size: 10, model: lif_delta, positions: {grid: [10], spacing: 1 um}}\n"
             "  F: {size: 20, model: lif_delta, positions: {grid: [20], spacing: 1 um}}\n"
             "projections:\n"
             "  - {from: E, to: %s, %s, weight: 1 mV, delay: 1 ms}\n",
             to, keys);
    saltus_experiment *experiment = NULL;
    saltus_diagnostics *found = NULL;
    const saltus_status status =
        saltus_experiment_load_text(text, strlen(text), "e.yaml", "", NULL, &experiment, &found);
    ck_assert_msg(!status, "%s: %s", keys, saltus_diagnostics_get(found, 0).message);
    const uint64_t hash = saltus_experiment_hash(experiment);
    saltus_experiment_destroy(experiment);
    return hash;
}

static uint64_t hash_of(const saltus_projection_spec *spec)
{
    saltus_experiment *experiment = NULL;
    saltus_population_spec p = saltus_population_spec_default();
    saltus_error error = {0};
    ck_assert_int_eq(saltus_experiment_create("code", &experiment), SALTUS_OK);
    p.name = "E";
    p.size = 10;
    p.positions = (saltus_positions_spec){
        .kind = SALTUS_POSITIONS_GRID, .dimensions = 1, .shape = {10}, .spacing_um = {1}};
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &p, NULL, &error), SALTUS_OK);
    p.name = "F";
    p.size = 20;
    p.positions.shape[0] = 20;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &p, NULL, &error), SALTUS_OK);
    ck_assert_msg(!saltus_experiment_add_projection(experiment, spec, NULL, &error), "%s",
                  error.message);
    const uint64_t hash = saltus_experiment_hash(experiment);
    saltus_experiment_destroy(experiment);
    return hash;
}

static saltus_projection_spec projection(saltus_rule rule, uint32_t target)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.rule = rule;
    spec.target = target;
    spec.weight_mV = saltus_constant(1);
    spec.delay_ms = saltus_constant(1);
    return spec;
}

START_TEST(rules_of_files_are_those_of_code)
{
    saltus_projection_spec spec = projection(SALTUS_RULE_SMALL_WORLD, 0);
    spec.small_world = (saltus_small_world_spec){4, 0.25};
    ck_assert_uint_eq(hash_of(&spec), hash_of_file("E", "rule: {small_world: {k: 4, p: 0.25}}"));

    spec = projection(SALTUS_RULE_SCALE_FREE, 0);
    spec.scale_free.attachment = 3;
    ck_assert_uint_eq(hash_of(&spec), hash_of_file("E", "rule: {scale_free: {m: 3}}"));
    spec.scale_free.degrees = SALTUS_DEGREES_OUT;
    ck_assert_uint_eq(hash_of(&spec),
                      hash_of_file("E", "rule: {scale_free: {m: 3, degrees: out}}"));

    spec = projection(SALTUS_RULE_SCALE_FREE, 1);
    spec.scale_free = (saltus_scale_free_spec){
        .exponent = 2.5, .degrees = SALTUS_DEGREES_IN, .least = 2, .most = 9};
    ck_assert_uint_eq(
        hash_of(&spec),
        hash_of_file("F", "rule: {scale_free: {exponent: 2.5, degrees: in, min: 2, max: 9}}"));

    static const uint32_t sizes[] = {4, 6};
    static const double p[] = {0.5, 0.25, 0, 1};
    spec = projection(SALTUS_RULE_BLOCK_MODEL, 0);
    spec.block_model = (saltus_block_model_spec){sizes, p, 2};
    ck_assert_uint_eq(
        hash_of(&spec),
        hash_of_file("E", "rule: {block_model: {sizes: [4, 6], p: [[0.5, 0.25], [0, 1]]}}"));
}
END_TEST

START_TEST(what_depends_on_distance_in_files_is_that_of_code)
{
    saltus_projection_spec spec = projection(SALTUS_RULE_DISTANCE, 1);
    spec.probability = 0.5;
    spec.connection_profile.kind = SALTUS_PROFILE_GAUSSIAN;
    spec.connection_profile.width_um = 100;
    const char *rule = "rule: {distance: {p: 0.5, profile: gaussian, width: 0.1 mm}}";
    const uint64_t plain = hash_of(&spec);
    ck_assert_uint_eq(plain, hash_of_file("F", rule));
    spec.connection_profile.cutoff_um = 7;
    ck_assert_uint_ne(plain, hash_of(&spec));
    ck_assert_uint_eq(hash_of(&spec), hash_of_file("F", "rule: {distance: {p: 0.5, profile: "
                                                        "gaussian, width: 100 um, cutoff: 7 um}}"));
    spec.connection_profile = (saltus_distance_profile){SALTUS_PROFILE_CONSTANT, 0, 7};
    ck_assert_uint_eq(hash_of(&spec), hash_of_file("F", "rule: {distance: {p: 0.5, profile: "
                                                        "constant, cutoff: 7 um}}"));

    spec = projection(SALTUS_RULE_ALL_TO_ALL, 1);
    const uint64_t still = hash_of(&spec);
    spec.velocity_m_s = saltus_constant(0.61);
    const uint64_t conducted = hash_of(&spec);
    ck_assert_uint_ne(still, conducted);
    ck_assert_uint_eq(conducted, hash_of_file("F", "rule: all_to_all, velocity: 610 mm/s"));
    spec.weight_profile.kind = SALTUS_PROFILE_EXPONENTIAL;
    spec.weight_profile.width_um = 20;
    ck_assert_uint_ne(hash_of(&spec), conducted);
    ck_assert_uint_eq(hash_of(&spec),
                      hash_of_file("F",
                                   "rule: all_to_all, velocity: 610 um/ms, "
                                   "weight_by_distance: {profile: exponential, width: 20 um}"));

    spec = projection(SALTUS_RULE_CONVOLUTION, 1);
    spec.convolution.kernel[0] = 3;
    spec.convolution.padding[0] = 6;
    ck_assert_uint_eq(hash_of(&spec),
                      hash_of_file("F", "rule: {convolution: {kernel: [3], padding: 6}}"));
}
END_TEST

/* The hash of the file with one population P with these positions. */
static uint64_t hash_of_positions(const char *positions, const char *folder)
{
    char text[512];
    snprintf(text, sizeof text,
             "saltus: 1\nduration: 1 s\npopulations:\n  P: {size: 6, model: lif_delta, "
             "positions: %s}\n",
             positions);
    saltus_experiment *experiment = NULL;
    saltus_diagnostics *found = NULL;
    const saltus_status status = saltus_experiment_load_text(text, strlen(text), "e.yaml", folder,
                                                             NULL, &experiment, &found);
    ck_assert_msg(!status, "%s: %s", positions, saltus_diagnostics_get(found, 0).message);
    const uint64_t hash = saltus_experiment_hash(experiment);
    saltus_experiment_destroy(experiment);
    return hash;
}

static uint64_t hash_of_space(const saltus_positions_spec *positions)
{
    saltus_experiment *experiment = NULL;
    saltus_population_spec p = saltus_population_spec_default();
    saltus_error error = {0};
    ck_assert_int_eq(saltus_experiment_create("code", &experiment), SALTUS_OK);
    p.name = "P";
    p.size = 6;
    p.positions = *positions;
    ck_assert_msg(!saltus_experiment_add_population(experiment, &p, NULL, &error), "%s",
                  error.message);
    const uint64_t hash = saltus_experiment_hash(experiment);
    saltus_experiment_destroy(experiment);
    return hash;
}

START_TEST(positions_of_files_are_those_of_code)
{
    saltus_positions_spec p = {.kind = SALTUS_POSITIONS_GRID,
                               .dimensions = 2,
                               .shape = {3, 2},
                               .spacing_um = {20, 20},
                               .origin_um = {-5, 0.25},
                               .periodic = true};
    ck_assert_uint_eq(hash_of_space(&p),
                      hash_of_positions("{grid: [3, 2], spacing: 20 um, origin: [-5 um, 250 nm], "
                                        "periodic: true}",
                                        ""));
    p.spacing_um[1] = 1000;
    ck_assert_uint_eq(hash_of_space(&p),
                      hash_of_positions("{grid: [3, 2], spacing: [20 um, 1 mm], origin: [-5 um, "
                                        "250 nm], periodic: true}",
                                        ""));
    p = (saltus_positions_spec){
        .kind = SALTUS_POSITIONS_UNIFORM, .dimensions = 3, .box_um = {1, 2000, 30000}};
    ck_assert_uint_eq(hash_of_space(&p), hash_of_positions("{uniform: [1 um, 2 mm, 3 cm]}", ""));

    char folder[] = "/tmp/saltus_positions_XXXXXX";
    char name[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(name, sizeof name, "%s/p.csv", folder);
    FILE *file = fopen(name, "w");
    ck_assert_ptr_nonnull(file);
    fputs("neuron,y_um,x_um\n0,1,2\n1,3,4\n2,5,6\n3,7,8\n4,9,10\n5,11,12.5\n", file);
    fclose(file);
    static const double coordinates[] = {2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12.5, 11};
    p = (saltus_positions_spec){
        .kind = SALTUS_POSITIONS_LIST, .dimensions = 2, .coordinates_um = coordinates, .count = 6};
    ck_assert_uint_eq(hash_of_space(&p), hash_of_positions("{csv: p.csv}", folder));
    p.periodic = true;
    p.box_um[0] = p.box_um[1] = 50;
    ck_assert_uint_eq(hash_of_space(&p),
                      hash_of_positions("{csv: p.csv, box: 50 um, periodic: true}", folder));
    remove(name);
    rmdir(folder);
}
END_TEST

/* Whatever a rule uses shows in the hash, what it does not use does not. */
START_TEST(every_parameter_is_in_the_hash)
{
    saltus_projection_spec spec = projection(SALTUS_RULE_SMALL_WORLD, 0);
    spec.small_world = (saltus_small_world_spec){4, 0.25};
    const uint64_t ring = hash_of(&spec);
    spec.small_world.neighbours = 6;
    ck_assert_uint_ne(hash_of(&spec), ring);
    spec.small_world = (saltus_small_world_spec){4, 0.5};
    ck_assert_uint_ne(hash_of(&spec), ring);
    spec.small_world.rewiring = 0.25;
    spec.scale_free.attachment = 3;
    ck_assert_uint_eq(hash_of(&spec), ring);

    spec = projection(SALTUS_RULE_SCALE_FREE, 1);
    spec.scale_free = (saltus_scale_free_spec){
        .exponent = 2.5, .degrees = SALTUS_DEGREES_IN, .least = 2, .most = 9};
    const uint64_t law = hash_of(&spec);
    spec.scale_free.exponent = 2.6;
    ck_assert_uint_ne(hash_of(&spec), law);
    spec.scale_free.exponent = 2.5;
    spec.scale_free.degrees = SALTUS_DEGREES_OUT;
    ck_assert_uint_ne(hash_of(&spec), law);
    spec.scale_free.degrees = SALTUS_DEGREES_IN;
    spec.scale_free.least = 3;
    ck_assert_uint_ne(hash_of(&spec), law);
    spec.scale_free.least = 2;
    spec.scale_free.most = 8;
    ck_assert_uint_ne(hash_of(&spec), law);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        rules_of_files_are_those_of_code, positions_of_files_are_those_of_code,
        what_depends_on_distance_in_files_is_that_of_code, every_parameter_is_in_the_hash};
    return SUITE_RUN("topology_file", tests);
}
