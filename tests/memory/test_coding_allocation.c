/* test_coding_allocation - whichever allocation fails while files become spikes and spikes values,
 * the library says so and leaks nothing. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "failing_allocator.h"
#include "saltus/saltus.h"
#include "support/suite.h"

#define PATH   "test-coding-allocation-file"
#define CORPUS SALTUS_SOURCE_ROOT "/tests/fuzz/corpus/"

enum { MOST_ALLOCATIONS = 100000 };

typedef saltus_status (*operation)(const void *argument);

/* The operation with its first, second, ... allocation refused, and then with all later ones. */
static void refuse_each(operation op, const void *argument)
{
    for (int mode = 0; mode < 2; mode++) {
        bool refused = true;
        size_t n = 1;
        for (; refused; n++) {
            const long before = failing_allocator_alive();
            failing_allocator_arm(n, mode == 1);
            const saltus_status status = op(argument);
            refused = failing_allocator_disarm();
            ck_assert_msg(failing_allocator_alive() <= before, "allocation %zu: something is left",
                          n);
            ck_assert_msg(status == (refused ? SALTUS_E_MEMORY : SALTUS_OK),
                          "allocation %zu: status is \"%s\"", n, saltus_status_text(status));
            ck_assert_uint_lt(n, MOST_ALLOCATIONS);
        }
        ck_assert_uint_gt(n, 2);
    }
}

static saltus_status encode(const void *argument)
{
    saltus_encoded made;
    const saltus_status status = saltus_encode_file(argument, &made, NULL);
    saltus_encoded_clear(&made);
    return status;
}

START_TEST(encoding_files_survives_each_refused_allocation)
{
    saltus_encoding encoding =
        saltus_encoding_default(SALTUS_SOURCE_IMAGES, CORPUS "idx/images", "rate");
    ck_assert_int_eq(saltus_code_set(&encoding.code, "rate_max", 1000, NULL), SALTUS_OK);
    refuse_each(encode, &encoding);
    encoding = saltus_encoding_default(SALTUS_SOURCE_CSV, CORPUS "values/rows", "population");
    refuse_each(encode, &encoding);
    encoding =
        saltus_encoding_default(SALTUS_SOURCE_SOUND, CORPUS "recording/sound", "level_crossing");
    refuse_each(encode, &encoding);
    encoding = saltus_encoding_default(SALTUS_SOURCE_EVENTS, CORPUS "recording/nmnist", NULL);
    refuse_each(encode, &encoding);
}
END_TEST

static saltus_status round_trip(const void *argument)
{
    const double values[] = {0.3, 0.9, 0.6};
    double back[3];
    saltus_spikes spikes = {0};
    const saltus_code_spec spec = saltus_code_spec_default(argument);
    saltus_status status = saltus_encode(&spec, values, 3, 0, 100, &spikes, NULL);
    if (status == SALTUS_OK) {
        status = saltus_spikes_jitter(&spikes, 0, 10, 1, 0, NULL);
    }
    if (status == SALTUS_OK) {
        status = saltus_decode(&spec, &spikes, 100, 100, back, 3, NULL);
    }
    saltus_spikes_clear(&spikes);
    return status;
}

START_TEST(a_round_trip_survives_each_refused_allocation)
{
    for (size_t i = 0; i < saltus_code_count(); i++) {
        if (!saltus_code_get(i)->signal) {
            refuse_each(round_trip, saltus_code_get(i)->name);
        }
    }
}
END_TEST

static saltus_status load(const void *argument)
{
    saltus_experiment *experiment = NULL;
    saltus_diagnostics *found = NULL;
    const saltus_status status = saltus_experiment_load_text(argument, strlen(argument), "net", "",
                                                             NULL, &experiment, &found);
    saltus_diagnostics_destroy(found);
    saltus_experiment_destroy(experiment);
    return status;
}

START_TEST(reading_from_survives_each_refused_allocation)
{
    refuse_each(load, "saltus: 1\nduration: 1 s\npopulations:\n  in: {size: 2, model: spike_list, "
                      "params: {from: {csv: " CORPUS "values/rows, code: phase}}}\n");
}
END_TEST

static saltus_status read_spikes(const void *argument)
{
    saltus_spikes spikes;
    const saltus_status status = saltus_spikes_read(argument, "E", &spikes, NULL);
    saltus_spikes_clear(&spikes);
    return status;
}

START_TEST(reading_spikes_survives_each_refused_allocation)
{
    FILE *f = fopen(PATH, "w");
    ck_assert_ptr_nonnull(f);
    fprintf(f, "time_ms,population,neuron\n1,E,0\n2,I,0\n3,E,1\n");
    fclose(f);
    refuse_each(read_spikes, PATH);
    unlink(PATH);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        encoding_files_survives_each_refused_allocation,
        a_round_trip_survives_each_refused_allocation,
        reading_from_survives_each_refused_allocation,
        reading_spikes_survives_each_refused_allocation,
    };
    return SUITE_RUN("coding_allocation", tests);
}
