/* every_state - experiments that between them have every kind of state, in few neurons: for
 * tests that write and read checkpoints thousands of times. */
#ifndef SALTUS_TEST_EVERY_STATE_H
#define SALTUS_TEST_EVERY_STATE_H

/* Membranes, predictions, trains of every kind, spikes in flight. */
static const char every_fixed_state[] =
    "saltus: 1\n"
    "duration: 30 ms\n"
    "populations:\n"
    "  E: {size: 20, model: lif_delta, params: {tau_m: 20 ms, v_th: {uniform: [18 mV, 20 mV]},\n"
    "      i_e: {normal: {mean: 250 pA, sd: 50 pA}}}, init: {v: {uniform: [0 mV, 20 mV]}}}\n"
    "  S: {size: 4, model: poisson_source, params: {rate: 200 Hz}}\n"
    "  P: {size: 2, model: periodic_source, params: {interval: 5 ms}}\n"
    "  M: {size: 9, model: correlated_source, params: {rate: 90 Hz, correlation: 0.2, jitter: 1 "
    "ms}}\n"
    "  T: {size: 2, model: poisson_source, params: {rate: {at: [0 ms, 9 ms], rate: [90 Hz, 500 "
    "Hz]}}}\n"
    "inputs:\n"
    "  noise: {type: poisson, rate: 2 kHz, to: E, weight: 1 mV}\n"
    "  beat: {type: periodic, interval: 7 ms, weight: 3 mV, to: E}\n"
    "  wave: {type: poisson, rate: {mean: 90 Hz, amplitude: 50 Hz, frequency: 40 Hz}, to: E,\n"
    "     weight: 1 mV}\n"
    "  pulse: {type: current, to: E, at: [3 ms, 9 ms, 15 ms], amplitude: [50 pA, 90 pA, -20 pA]}\n"
    "projections:\n"
    "  - {from: M, to: E, rule: {fixed_outdegree: 2}, weight: 0.5 mV, delay: 1 ms}\n"
    "  - {from: T, to: E, rule: {fixed_outdegree: 2}, weight: 0.5 mV, delay: 1 ms}\n"
    "  - {from: E, to: E, rule: {fixed_indegree: 3}, weight: 1 mV,\n"
    "     delay: {uniform: [0.5 ms, 2 ms]}}\n"
    "  - {from: S, to: E, rule: {fixed_outdegree: 2}, weight: 2 mV, delay: 1 ms}\n"
    "  - {from: P, to: E, rule: all_to_all, weight: 2 mV, delay: 1 ms}\n"
    "record: {spikes: all}\n";

/* What learns, releases, scales and adapts; rewards; sources with rates of their own. */
static const char every_learnt_state[] =
    "saltus: 1\n"
    "duration: 30 ms\n"
    "populations:\n"
    "  E: {size: 12, model: lif_delta, params: {tau_m: 20 ms, v_th: 12 mV, theta_plus: 0.2 mV,\n"
    "      tau_theta: 50 ms}, init: {v: {uniform: [0 mV, 12 mV]}}}\n"
    "  R: {size: 4, model: rate_source, params: {rate: 300 Hz}}\n"
    "inputs:\n"
    "  noise: {type: poisson, rate: 2 kHz, to: E, weight: 1 mV}\n"
    "modulators:\n"
    "  listed: {tau: 20 ms, baseline: 1,\n"
    "    rewards: [{at: 3 ms, amount: 4}, {at: 8 ms, amount: -2}, {at: 25 ms, amount: 5}],\n"
    "    pair: {pre: [E, 0], post: [E, 1], window: 20 ms, amount: 2, delay: [1 ms, 9 ms]}}\n"
    "  taught: {tau: 9 ms, population: {of: R, amount: 3, delay: 2 ms}}\n"
    "projections:\n"
    "  - {from: R, to: E, rule: all_to_all, weight: 1 mV, delay: {uniform: [0.5 ms, 3 ms]},\n"
    "     plasticity: {rule: reward_stdp, modulator: listed, w_max: 2 mV, dendritic: 0.3}}\n"
    "  - {from: E, to: E, rule: {fixed_indegree: 3}, weight: 1 mV, delay: 1 ms,\n"
    "     plasticity: {rule: reward_stdp, modulator: taught, w_max: 2 mV, precision: float}}\n"
    "  - {from: E, to: E, rule: {fixed_indegree: 3}, weight: 1 mV, delay: 1 ms,\n"
    "     plasticity: {rule: stdp, pairing: pre_centred, w_max: 2 mV},\n"
    "     release: {model: tsodyks_markram, tau_rec: 50 ms, tau_fac: 20 ms},\n"
    "     normalise: {total: 3 mV, every: 7 ms}}\n"
    "  - {from: R, to: E, rule: all_to_all, weight: 1 mV, delay: {uniform: [0.5 ms, 3 ms]},\n"
    "     release: {model: stochastic, sites: 5, tau_rec: 20 ms, tau_fac: 9 ms, u_sd: 0.1}}\n"
    "  - {from: E, to: E, rule: {fixed_indegree: 2}, weight: -1 mV, delay: 2 ms,\n"
    "     release: {model: tsodyks_markram, tau_fac: 9 ms, u_sd: 0.1},\n"
    "     scaling: {rate: 20 Hz, tau: 30 ms, gain: 1 Hz, low: 0.5, high: 2}}\n"
    "record: {spikes: all}\n";

/* Currents of every kind, apart from the membrane and joined to it, groups that sleep, predictions,
 * refractory neurons; for engines that have currents. */
static const char every_current_state[] =
    "saltus: 1\n"
    "duration: 30 ms\n"
    "populations:\n"
    "  E: {size: 12, model: lif_exp, params: {tau_m: 10 ms, t_ref: 2 ms, i_e: {uniform: [0 pA, 600 "
    "pA]},\n"
    "      receptors: {fast: 1 ms, slow: {tau: 8 ms, tau_rise: 1 ms}, same: 10 ms}},\n"
    "      init: {v: {uniform: [0 mV, 19 mV]}}}\n"
    "  A: {size: 8, model: lif_alpha, params: {tau_m: 10 ms, receptors: {near: 10.1 ms, far: 2 "
    "ms}}}\n"
    "  Q: {size: 3, model: lif_exp, params: {tau_syn: 5 ms}}\n"
    "  D: {size: 4, model: lif_delta}\n"
    "inputs:\n"
    "  noise: {type: poisson, rate: 2 kHz, to: E, receptor: fast, weight: 300 pA}\n"
    "  beat: {type: periodic, interval: 7 ms, to: A, receptor: far, weight: 900 pA}\n"
    "projections:\n"
    "  - {from: E, to: A, receptor: near, rule: {fixed_indegree: 3}, weight: 200 pA,\n"
    "     delay: {uniform: [0.5 ms, 2 ms]}}\n"
    "  - {from: E, to: E, receptor: slow, rule: {fixed_indegree: 3}, weight: -60 pA, delay: 1 ms}\n"
    "  - {from: A, to: E, receptor: same, rule: {fixed_indegree: 3}, weight: 90 pA, delay: 1 ms}\n"
    "  - {from: E, to: D, rule: {fixed_indegree: 5}, weight: 5 mV, delay: 1 ms}\n"
    "record: {spikes: all}\n";

#endif /* SALTUS_TEST_EVERY_STATE_H */
