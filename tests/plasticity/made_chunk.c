/* made_chunk - see made_chunk.h. */
#include "made_chunk.h"

#include <math.h>
#include <string.h>

#include "support/suite.h"

made_rule made_rule_of(const char *name, double w_max)
{
    made_rule made = {.rule = sl_plastic_rule(name)};
    ck_assert_msg(made.rule != NULL, "no rule %s", name);
    saltus_plasticity_spec spec = saltus_plasticity_spec_default();
    spec.rule = name;
    sl_plastic_values(&spec, made.value);
    made_rule_set(&made, "w_max", w_max);
    return made;
}

void made_rule_set(made_rule *made, const char *parameter, double value)
{
    const saltus_rule_parameter *parameters = made->rule->info.parameters;
    const bool single = made->bounds.single;
    size_t i = 0;
    while (parameters[i].name != NULL && strcmp(parameters[i].name, parameter) != 0) {
        i++;
    }
    ck_assert_msg(parameters[i].name != NULL, "%s has no %s", made->rule->info.name, parameter);
    made->value[i] = value;
    made->rule->bounds(made->value, &made->bounds, &made->negative);
    made->bounds.single = single;
}

void made_chunk_start(made_chunk *made, const plastic_bounds *bounds)
{
    memset(made, 0, sizeof *made);
    made->chunk = (plastic_chunk){
        .post = made->post,
        .x = {made->x[0], made->x[1]},
        .y_then = {made->y_then[0], made->y_then[1]},
        .y = {made->y[0], made->y[1]},
        .bounds = *bounds,
    };
}

void made_chunk_synapse(made_chunk *made, double y0, double y1)
{
    const uint32_t i = made->chunk.count++;
    ck_assert_uint_lt(i, MADE_SYNAPSES);
    made->post[i + 1] = made->post[i];
    made->y[0][i] = y0;
    made->y[1][i] = y1;
}

void made_chunk_post(made_chunk *made, double x0, double x1, double y0, double y1)
{
    const uint32_t k = made->post[made->chunk.count]++;
    ck_assert_uint_lt(k, MADE_POSTS);
    made->x[0][k] = x0;
    made->x[1][k] = x1;
    made->y_then[0][k] = y0;
    made->y_then[1][k] = y1;
}

void made_chunk_arrive(made_chunk *made, double x0, double x1)
{
    made->chunk.arrives = true;
    made->chunk.x_own[0] = x0;
    made->chunk.x_own[1] = x1;
}

double made_after_post(const made_rule *made, double w, double x0, double x1, double y0, double y1)
{
    made_chunk one;
    made_chunk_start(&one, &made->bounds);
    made_chunk_synapse(&one, (double)NAN, (double)NAN);
    made_chunk_post(&one, x0, x1, y0, y1);
    made->rule->apply(made->value, &one.chunk, &w);
    return w;
}

double made_after_pre(const made_rule *made, double w, double x0, double x1, double y0, double y1)
{
    made_chunk one;
    made_chunk_start(&one, &made->bounds);
    made_chunk_synapse(&one, y0, y1);
    made_chunk_arrive(&one, x0, x1);
    made->rule->apply(made->value, &one.chunk, &w);
    return w;
}
