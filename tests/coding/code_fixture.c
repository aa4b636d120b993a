/* code_fixture - codes set up from text, one value through them and back. */
#include "code_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/suite.h"

saltus_code_spec fixture_code(const char *text)
{
    char words[300];
    snprintf(words, sizeof words, "%s", text);
    char *rest = NULL;
    const char *name = strtok_r(words, " ", &rest);
    const saltus_code_info *info = saltus_code_find(name);
    ck_assert_msg(info != NULL, "no code %s", name);
    saltus_code_spec spec = saltus_code_spec_default(info->name);
    for (char *word = strtok_r(NULL, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        saltus_error error = {0};
        char *equals = strchr(word, '=');
        ck_assert_ptr_nonnull(equals);
        *equals = '\0';
        char *end = NULL;
        const double number = strtod(equals + 1, &end);
        const saltus_status status = *end == '\0'
                                         ? saltus_code_set(&spec, word, number, &error)
                                         : saltus_code_set_word(&spec, word, equals + 1, &error);
        ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    }
    return spec;
}

saltus_spikes fixture_encode(const saltus_code_spec *spec, const double *values, uint32_t count,
                             uint32_t item, double start_ms)
{
    saltus_spikes spikes = {0};
    saltus_error error = {0};
    const saltus_status status =
        saltus_encode(spec, values, count, item, start_ms, &spikes, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    bool sorted = true;
    for (size_t i = 1; i < spikes.count && sorted; i++) {
        const double before = spikes.times_ms[i - 1];
        sorted = spikes.times_ms[i] > before ||
                 (spikes.times_ms[i] == before && spikes.sources[i] >= spikes.sources[i - 1]);
    }
    ck_assert(sorted);
    return spikes;
}

double fixture_decode(const saltus_code_spec *spec, const saltus_spikes *spikes, double start_ms,
                      double slack_ms)
{
    double value = 0;
    saltus_error error = {0};
    const saltus_status status = saltus_decode(spec, spikes, start_ms, slack_ms, &value, 1, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    return value;
}

double fixture_round_trip(const saltus_code_spec *spec, double value, uint32_t item)
{
    saltus_spikes spikes = fixture_encode(spec, &value, 1, item, 0);
    const double back = fixture_decode(spec, &spikes, 0, 0);
    saltus_spikes_clear(&spikes);
    return back;
}
