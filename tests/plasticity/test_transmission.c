/* Release, scaling and learning of single arrivals in every engine, against an eager calculation
 * in long double. */
#include <math.h>

#include "support/suite.h"
#include "support/trial.h"
#include "transmission_scene.h"

static const char *const engines[] = {"event", "grid@0.1ms", "euler@0.1ms", "interpolated@0.1ms",
                                      "offgrid@0.1ms"};
#define ENGINES (sizeof engines / sizeof engines[0])

static const uint32_t looks[] = {31, 403, 1111, 1112, 2000, 3000};

static void check_everywhere(scene *scene)
{
    for (size_t e = 0; e < ENGINES; e++) {
        scene_run run = scene_begin(scene, engines[e]);
        scene_take_rest(scene, &run);
        for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
            scene_check(scene, &run, looks[i]);
        }
        scene_end(&run);
    }
}

static void set_release(scene *scene, uint64_t *seed, uint32_t trial)
{
    scene->release.model = SALTUS_RELEASE_TSODYKS_MARKRAM;
    scene->release.u = trial % 5 == 0 ? 0 : trial % 5 == 1 ? 1 : trial_random(seed);
    scene->release.tau_rec_ms = trial % 4 == 0 ? 0 : trial_random_in(seed, 1, 300);
    scene->release.tau_fac_ms = trial % 3 == 0 ? 0 : trial_random_in(seed, 1, 300);
}

static void set_stdp(scene *scene)
{
    scene->plasticity.rule = "stdp";
    ck_assert_int_eq(saltus_plasticity_set(&scene->plasticity, "w_max", 1, NULL), SALTUS_OK);
}

static void set_scaling(scene *scene)
{
    scene->scaling.rate_Hz = 30;
    scene->scaling.tau_ms = 40;
    scene->scaling.gain_Hz = 3;
}

START_TEST(depression_and_facilitation_are_those_of_every_single_spike)
{
    uint64_t seed = 1;
    for (uint32_t trial = 0; trial < 60; trial++) {
        scene scene = scene_random(&seed, 0.1, trial % 2 == 1, false);
        set_release(&scene, &seed, trial);
        check_everywhere(&scene);
    }
}
END_TEST

START_TEST(synapses_with_a_probability_of_their_own_go_their_own_way)
{
    uint64_t seed = 2;
    for (uint32_t trial = 0; trial < 20; trial++) {
        scene scene = scene_random(&seed, 0.1, trial % 2 == 1, false);
        set_release(&scene, &seed, trial);
        scene.release.u = 0.4;
        scene.release.u_sd = 0.2;
        check_everywhere(&scene);
        ck_assert(scene.synapses[0].rest != scene.synapses[1].rest);
    }
}
END_TEST

/* Times that fit no grid. */
START_TEST(exact_engines_take_any_time)
{
    uint64_t seed = 3;
    for (uint32_t trial = 0; trial < 20; trial++) {
        scene scene = scene_random(&seed, 0.0317291, trial % 2 == 1, trial % 3 != 0);
        set_release(&scene, &seed, trial);
        set_scaling(&scene);
        for (size_t e = 0; e < ENGINES; e += ENGINES - 1) {
            scene_run run = scene_begin(&scene, engines[e]);
            scene_take_rest(&scene, &run);
            for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
                scene_check(&scene, &run, looks[i]);
            }
            scene_end(&run);
        }
    }
}
END_TEST

START_TEST(targets_scale_what_arrives)
{
    uint64_t seed = 4;
    for (uint32_t trial = 0; trial < 20; trial++) {
        scene scene = scene_random(&seed, 0.1, trial % 2 == 1, true);
        set_scaling(&scene);
        check_everywhere(&scene);
    }
}
END_TEST

START_TEST(learnt_weights_are_released_and_scaled)
{
    uint64_t seed = 5;
    for (uint32_t trial = 0; trial < 24; trial++) {
        scene scene = scene_random(&seed, 0.1, trial % 2 == 1, true);
        set_stdp(&scene);
        if (trial % 3 != 0) {
            set_release(&scene, &seed, trial);
            scene.release.u_sd = trial % 3 == 2 ? 0.2 : 0;
            scene.release.u = trial % 3 == 2 ? 0.5 : scene.release.u;
        }
        if (trial % 4 != 0) {
            set_scaling(&scene);
        }
        check_everywhere(&scene);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {depression_and_facilitation_are_those_of_every_single_spike,
                                  synapses_with_a_probability_of_their_own_go_their_own_way,
                                  exact_engines_take_any_time, targets_scale_what_arrives,
                                  learnt_weights_are_released_and_scaled};
    return SUITE_RUN("transmission", tests);
}
