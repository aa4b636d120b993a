/* degree_tally - see degree_tally.h. */
#include "degree_tally.h"

#include <math.h>
#include <stdlib.h>

#include "net_fixture.h"
#include "support/suite.h"

tally tally_of(uint32_t a, uint32_t b, const saltus_projection_spec *spec)
{
    const uint32_t targets = b > 0 ? b : a;
    saltus_network *network = fixture_network(a, b, spec);
    tally t = {.in = calloc(targets, sizeof(uint32_t)), .out = calloc(a, sizeof(uint32_t))};
    t.synapses = fixture_synapses(network, 0, &t.count);
    for (size_t i = 0; i < t.count; i++) {
        t.out[t.synapses[i].source]++;
        t.in[t.synapses[i].target]++;
    }
    saltus_network_destroy(network);
    return t;
}

void tally_clear(tally *t)
{
    free(t->synapses);
    free(t->in);
    free(t->out);
}

size_t tally_forbidden(const tally *t)
{
    size_t found = 0;
    for (size_t i = 0; i < t->count; i++) {
        found += t->synapses[i].source == t->synapses[i].target;
        found += i > 0 && t->synapses[i].source == t->synapses[i - 1].source &&
                 t->synapses[i].target == t->synapses[i - 1].target;
    }
    return found;
}

void tally_check_chi_square(const double *observed, const double *expected, size_t cells)
{
    double chi = 0;
    for (size_t i = 0; i < cells; i++) {
        const double d = observed[i] - expected[i];
        chi += d * d / expected[i];
    }
    const double freedom = (double)cells - 1;
    ck_assert_msg(fabs(chi - freedom) < 5 * sqrt(2 * freedom), "chi-square %g of %g", chi, freedom);
}

saltus_projection_spec tally_attachment(uint32_t m, saltus_degree_side degrees)
{
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_SCALE_FREE);
    spec.scale_free.attachment = m;
    spec.scale_free.degrees = degrees;
    return spec;
}

saltus_projection_spec tally_power_law(double exponent, saltus_degree_side degrees, uint32_t least,
                                       uint32_t most)
{
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_SCALE_FREE);
    spec.scale_free = (saltus_scale_free_spec){
        .exponent = exponent, .degrees = degrees, .least = least, .most = most};
    return spec;
}
