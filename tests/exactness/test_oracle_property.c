/* test_oracle_property - thousands of tiny random networks against the oracle.
 *
 * SALTUS_PROPERTY_NETWORKS sets how many (3,000), SALTUS_PROPERTY_SEED the first seed (1). A
 * failure prints the seed and the network, shrunk to what is needed.
 */
#include <inttypes.h>

#include "support/random_twin.h"
#include "support/suite.h"

START_TEST(tiny_networks_fire_as_the_oracle_does)
{
    const uint64_t first = trial_environment("SALTUS_PROPERTY_SEED", 1);
    const uint64_t networks = trial_environment("SALTUS_PROPERTY_NETWORKS", 3000);
    int failed = 0;
    size_t all = 0;
    for (uint64_t seed = first; seed < first + networks && failed < 3; seed++) {
        twin t = random_twin(seed, &random_twin_tiny);
        size_t spikes = 0;
        if (!twin_check(&t, "tiny_networks", NULL, &spikes)) {
            fprintf(stderr, "again: SALTUS_PROPERTY_SEED=%" PRIu64 " SALTUS_PROPERTY_NETWORKS=1\n",
                    seed);
            failed++;
        }
        all += spikes;
        twin_clear(&t);
    }
    ck_assert_int_eq(failed, 0);
    ck_assert_msg(networks < 100 || all > 5 * networks, "only %zu spikes", all);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {tiny_networks_fire_as_the_oracle_does};
    return SUITE_RUN("oracle_property", tests);
}
