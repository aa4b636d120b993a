/* ann_twin_compare - a run beside its artificial twin: ratios and break-even activity.
 *
 * With S synapses in all, presynaptic neurons that fire n spikes each per inference make n S
 * deliveries, and external input adds E events of its own. So operations are equal at
 *
 *     n* = (MACs - E) / S,
 *
 * and energies, at e_AC an AC and e_MAC a MAC, at n* = (MACs e_MAC / e_AC - E) / S. A run is
 * compared with n* by its deliveries / S: the spikes of each neuron weighted with its out-degree.
 * Deliveries include those of weight 0, as S and the sparse MACs do.
 */
#include <math.h>

#include "base/status.h"
#include "measure/operations/operations_parts.h"

/* a / b; 0 / 0 has no value. */
static double ratio(double a, double b)
{
    if (b > 0) {
        return a / b;
    }
    return a > 0 ? (double)INFINITY : (double)NAN;
}

static saltus_ann_ratio compare(const saltus_ann_comparison *run, double macs, double synapses,
                                const saltus_ann_options *options)
{
    const double inference_s = run->inference_ms * 1e-3;
    const double neuron_ops = run->twin.bias_adds + run->twin.activations;
    saltus_ann_ratio out = {
        .macs = macs,
        .operations_ratio = ratio(macs, run->synaptic_operations),
        .elementary_ratio = ratio(2 * macs + neuron_ops, run->elementary_operations),
        .energy_pJ = macs * options->mac_pJ,
    };
    out.energy_ratio = ratio(out.energy_pJ, run->energy_pJ);
    const double as_acs = macs * (options->mac_pJ / options->ac_pJ);
    const double external = run->external_operations;
    out.break_even_spikes = synapses > 0 ? (macs - external) / synapses : (double)NAN;
    out.energy_break_even_spikes = synapses > 0 ? (as_acs - external) / synapses : (double)NAN;
    out.break_even_Hz = out.break_even_spikes / inference_s;
    out.energy_break_even_Hz = out.energy_break_even_spikes / inference_s;
    return out;
}

saltus_status saltus_ann_compare(const saltus_network *network, const saltus_operations *report,
                                 const saltus_ann_options *options, saltus_ann_comparison *out,
                                 saltus_error *error)
{
    if (network == NULL || report == NULL || out == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "a network, a report and a place for the comparison are needed");
    }
    saltus_ann_options own;
    saltus_status status = sl_ann_take_options(options, &own, error);
    if (status) {
        return status;
    }
    const saltus_operations_summary *s = &report->summary;
    if (!(s->duration_ms > 0)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the run has no duration: nothing can be said of an inference");
    }
    *out = (saltus_ann_comparison){0};
    status = saltus_ann_twin_of(network, &own, &out->twin, error);
    if (status) {
        return status;
    }
    out->inference_ms = own.inference_ms > 0 ? own.inference_ms : s->duration_ms;
    out->inferences = s->duration_ms / out->inference_ms;
    const double external = own.input_channels > 0 ? (double)s->external_events : 0;
    out->external_operations = external / out->inferences;
    out->synaptic_operations = ((double)s->synaptic_events + external) / out->inferences;
    out->neuron_updates = (double)s->membrane_updates / out->inferences;
    const double left_out =
        own.input_channels > 0 ? 0 : saltus_arithmetic_operations(&s->external_arithmetic);
    out->elementary_operations =
        (saltus_arithmetic_operations(&s->arithmetic) - left_out) / out->inferences;
    out->energy_pJ = out->synaptic_operations * own.ac_pJ;

    const double synapses = (double)s->synapses;
    out->spikes_per_neuron =
        synapses > 0 ? (double)s->synaptic_events / synapses / out->inferences : (double)NAN;
    out->rate_Hz = out->spikes_per_neuron / (out->inference_ms * 1e-3);
    out->dense = compare(out, out->twin.dense_macs, synapses, &own);
    out->sparse = compare(out, out->twin.sparse_macs, synapses, &own);
    return SALTUS_OK;
}
