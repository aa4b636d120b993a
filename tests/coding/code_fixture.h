/* code_fixture - codes set up from text, one value through them and back. */
#ifndef SALTUS_CODE_FIXTURE_H
#define SALTUS_CODE_FIXTURE_H

#include <check.h>

#include "saltus/saltus.h"

/* A spec from "name parameter=value parameter=word ...", which must be right. */
saltus_code_spec fixture_code(const char *text);
/* The spikes of an item, which must be encoded. */
saltus_spikes fixture_encode(const saltus_code_spec *spec, const double *values, uint32_t count,
                             uint32_t item, double start_ms);
/* The first value of an item of one, decoded with this slack. */
double fixture_decode(const saltus_code_spec *spec, const saltus_spikes *spikes, double start_ms,
                      double slack_ms);
/* Encoded and decoded at once. */
double fixture_round_trip(const saltus_code_spec *spec, double value, uint32_t item);
/* `call` must be refused as an argument with `part` in the message. */
#define CK_REFUSED(call, part)                                                                     \
    do {                                                                                           \
        saltus_error error = {0};                                                                  \
        ck_assert_int_eq((call), SALTUS_E_ARGUMENT);                                               \
        ck_assert_msg(strstr(error.message, part) != NULL, "%s", error.message);                   \
    } while (0)

#endif /* SALTUS_CODE_FIXTURE_H */
