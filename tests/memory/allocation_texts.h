/* allocation_texts - experiments that between them make every reader and builder allocate. */
#ifndef SALTUS_TEST_ALLOCATION_TEXTS_H
#define SALTUS_TEST_ALLOCATION_TEXTS_H

/* Every kind of source, input, rule, value and record, in few neurons. */
static const char rich_text[] =
    "saltus: 1\n"
    "seed: 7\n"
    "duration: 30 ms\n"
    "populations:\n"
    "  E: {size: 20, model: lif_delta, positions: {grid: [5, 4], spacing: 1 um},\n"
    "      params: {tau_m: 20 ms, v_th: {uniform: [18 mV, 20 mV]},\n"
    "      i_e: {normal: {mean: 100 pA, sd: 10 pA}}}, init: {v: {uniform: [0 mV, 20 mV]}}}\n"
    "  I: {size: 5, like: E, params: {tau_m: 10 ms}}\n"
    "  S: {size: 4, model: poisson_source, params: {rate: 200 Hz},\n"
    "     positions: {uniform: [1 mm, 1 mm]}}\n"
    "  P: {size: 2, model: periodic_source, params: {interval: 5 ms}}\n"
    "  R: {size: 3, model: rate_source, params: {rate: [50 Hz, 0 Hz, 2 kHz]}}\n"
    "inputs:\n"
    "  noise: {type: poisson, rate: 2 kHz, to: [E, I], weight: 1 mV}\n"
    "  beat: {type: periodic, interval: 7 ms, weight: 3 mV, to: E}\n"
    "projections:\n"
    "  - {from: E, to: [E, I], rule: {fixed_indegree: 3}, weight: {normal: {mean: 1 mV,\n"
    "     sd: 0.1 mV}}, delay: {uniform: [0.5 ms, 2 ms]}}\n"
    "  - {from: I, to: E, rule: {pairwise_bernoulli: 0.5}, weight: -1 mV, delay: 1.5 ms}\n"
    "  - {from: S, to: E, rule: {fixed_outdegree: 2}, weight: 2 mV, delay: 1 ms}\n"
    "  - {from: P, to: I, rule: all_to_all, weight: 2 mV, delay: 1 ms}\n"
    "  - {from: E, to: E, rule: {fixed_indegree: 15}, multapses: false, autapses: false,\n"
    "     weight: 0.1 mV, delay: 1.5 ms}\n"
    "  - {from: S, to: E, rule: {distance: {p: 0.5, profile: linear, width: 1 mm}},\n"
    "     weight: 0.1 mV, delay: 2 ms, velocity: 1 m/s}\n"
    "  - {from: E, to: E, rule: {convolution: {kernel: [3, 1], padding: [1, 0]}},\n"
    "     weight: [0.1 mV, 0 mV, -0.1 mV], delay: 2 ms}\n"
    "  - {from: E, to: E, rule: {small_world: {k: 4, p: 0.5}}, weight: 0.1 mV, delay: 2 ms}\n"
    "  - {from: E, to: E, rule: {scale_free: {m: 2}}, weight: 0.1 mV, delay: 2 ms}\n"
    "  - {from: E, to: I, rule: {scale_free: {exponent: 2, degrees: out}}, weight: 0.1 mV,\n"
    "     delay: 2 ms, multapses: false}\n"
    "  - {from: I, to: I, rule: {block_model: {sizes: [2, 3], p: [[1, 0.5], [0, 0.2]]}},\n"
    "     weight: 0.1 mV, delay: 2 ms}\n"
    "  - {from: E, to: I, rule: {fixed_total_number: 30}, multapses: false, weight: 0.1 mV,\n"
    "     delay: 1.5 ms}\n"
    "  - {from: I, to: E, rule: {fixed_indegree: 9}, weight: -1 mV, delay: {uniform: [1 ms, 2 "
    "ms]},\n"
    "     release: {model: stochastic, tau_rec: 50 ms, tau_fac: 9 ms, u_sd: 0.1, tau_rec_sd: 5 "
    "ms,\n"
    "     tau_fac_sd: 2 ms, sites: 3}, scaling: {rate: 5 Hz}}\n"
    "  - {from: S, to: E, rule: all_to_all, weight: 0.1 mV, delay: 9 ms,\n"
    "     release: {model: tsodyks_markram}, plasticity: {rule: stdp, w_max: 1 mV}}\n"
    "record:\n"
    "  spikes: all\n"
    "  potential:\n"
    "    - {of: E, every: 5 ms}\n";

/* Synapses that change: only read here. */
static const char plastic_text[] =
    "saltus: 1\n"
    "duration: 30 ms\n"
    "populations:\n"
    "  E: {size: 20, model: lif_delta, params: {theta_plus: 1 mV}}\n"
    "  I: {size: 5, like: E}\n"
    "modulators:\n"
    "  d: {rewards: [{at: 1 ms, amount: 1}], population: {of: I, amount: 1, delay: 1 ms}}\n"
    "projections:\n"
    "  - {from: E, to: [E, I], rule: {fixed_indegree: 3}, weight: 1 mV, delay: 1 ms,\n"
    "     plasticity: {rule: stdp, w_max: 1 mV}, release: {model: stochastic, sites: 3},\n"
    "     scaling: {rate: 5 Hz}, normalise: {total: 3 mV, every: 1 ms}}\n"
    "record: {weights: [{of: [E->E, E->I], every: 1 ms, at: [2 ms, 3 ms], end: true}, E->I]}\n";

/* Neurons with synaptic currents; groups that sleep. */
static const char current_text[] =
    "saltus: 1\n"
    "duration: 30 ms\n"
    "populations:\n"
    "  E: {size: 20, model: lif_exp, params: {receptors: {ex: {tau: 5 ms, tau_rise: 1 ms}, in: 9 "
    "ms}}}\n"
    "  I: {size: 5, model: lif_alpha, params: {i_e: {uniform: [100 pA, 400 pA]}, tau_syn: 3 ms}}\n"
    "inputs:\n"
    "  noise: {type: poisson, rate: 2 kHz, to: E, receptor: in, weight: 80 pA}\n"
    "projections:\n"
    "  - {from: E, to: I, rule: {fixed_indegree: 3}, weight: {normal: [90 pA, 10 pA]}, delay: 1 "
    "ms}\n"
    "  - {from: I, to: E, receptor: ex, rule: all_to_all, weight: 9 pA,\n"
    "     delay: {uniform: [0.5 ms, 2 ms]}}\n"
    "record: {spikes: all, potential: [{of: E, every: 5 ms}]}\n";

/* Neurons with a flow of their own, values that differ, currents in ramps, delays of every kind. */
static const char flow_text[] =
    "saltus: 1\n"
    "duration: 30 ms\n"
    "populations:\n"
    "  E: {size: 20, model: qif, params: {i_e: {uniform: [4 pA, 9 pA]}, t_ref: 1 ms}}\n"
    "  Z: {size: 5, model: izhikevich, params: {i_e: [9 pA, 11 pA, 12 pA, 14 pA, 15 pA]},\n"
    "      init: {v: {uniform: [-70 mV, -60 mV]}, u: -13 pA}}\n"
    "  X: {size: 5, model: adex, params: {i_e: 900 pA}, init: {w: {uniform: [0 pA, 50 pA]}}}\n"
    "inputs:\n"
    "  noise: {type: poisson, rate: 2 kHz, to: [E, Z, X], weight: 0.5 mV}\n"
    "  ramp: {type: current, to: X, at: [1 ms, 9 ms], amplitude: [0 pA, 90 pA],\n"
    "     interpolation: ramps}\n"
    "  step: {type: current, to: E, at: [3 ms], amplitude: [5 pA], stop: 20 ms}\n"
    "projections:\n"
    "  - {from: E, to: [Z, X], rule: {fixed_indegree: 3}, weight: {normal: [1 mV, 0.1 mV]},\n"
    "     delay: {uniform: [0.5 ms, 2 ms]}}\n"
    "  - {from: X, to: E, rule: all_to_all, weight: 1 mV, delay: 1.5 ms}\n"
    "faults: [{lesion: Z, share: 0.4, at: 9 ms}, {weight_noise: X->E, sd: 0.1, at: 11 ms}]\n"
    "record: {spikes: all, potential: [{of: X, every: 5 ms}]}\n";

/* Neurons that adapt, of every kind. */
static const char adaptive_text[] =
    "saltus: 1\n"
    "duration: 30 ms\n"
    "populations:\n"
    "  E: {size: 9, model: alif, params: {i_e: 500 pA, theta_plus: 1 mV, tau_theta: 9 ms,\n"
    "      reset: subtract}}\n"
    "  G: {size: 5, model: glif4, params: {i_e: {uniform: [400 pA, 600 pA]}, reset_add: 1 mV,\n"
    "      theta_plus: 1 mV, tau_theta: 9 ms,\n"
    "      after_spike_currents: [{tau: 9 ms, amplitude: -9 pA}]}}\n"
    "  M: {size: 5, model: mat2, params: {i_e: 500 pA, receptors: {ex: 2 ms, in: 5 ms}}}\n"
    "projections:\n"
    "  - {from: E, to: M, receptor: in, rule: all_to_all, weight: -9 pA,\n"
    "     delay: {uniform: [0.5 ms, 2 ms]}}\n"
    "  - {from: M, to: [E, G], rule: {fixed_indegree: 2}, weight: 9 pA, delay: 1 ms}\n"
    "record: {spikes: all, potential: [{of: G, every: 5 ms}]}\n";

/* Synapses that rewards change, of all kinds. */
static const char reward_text[] =
    "saltus: 1\n"
    "duration: 30 ms\n"
    "populations:\n"
    "  E: {size: 20, model: lif_delta}\n"
    "  S: {size: 4, model: poisson_source, params: {rate: 200 Hz}}\n"
    "inputs:\n"
    "  noise: {type: poisson, rate: 2 kHz, to: E, weight: 1 mV}\n"
    "modulators:\n"
    "  d: {tau: 5 ms, rewards: [{at: 1 ms, amount: 1}], population: {of: S, amount: 1, delay: 1 "
    "ms},\n"
    "      pair: {pre: [S, 0], post: [S, 1], window: 20 ms, amount: 1, delay: [1 ms, 3 ms]}}\n"
    "projections:\n"
    "  - {from: S, to: E, rule: all_to_all, weight: 0.5 mV, delay: {uniform: [0.5 ms, 2 ms]},\n"
    "     plasticity: {rule: reward_stdp, w_max: 1 mV, modulator: d}}\n"
    "record: {spikes: all}\n";

/* Inputs and sources that change with time, sources that share spikes. */
static const char varying_text[] =
    "saltus: 1\n"
    "duration: 30 ms\n"
    "populations:\n"
    "  E: {size: 3, model: lif_delta, params: {v_th: {uniform: [18 mV, 20 mV]}}}\n"
    "  M: {size: 9, model: correlated_source, params: {rate: 50 Hz, correlation: 0.2, jitter: 1 "
    "ms}}\n"
    "  T: {size: 2, model: poisson_source, params: {rate: {at: [0 ms, 9 ms], rate: [90 Hz, 5 "
    "Hz]}}}\n"
    "inputs:\n"
    "  wave: {type: poisson, rate: {mean: 90 Hz, amplitude: 50 Hz, frequency: 40 Hz}, to: E,\n"
    "     weight: 1 mV}\n"
    "  step: {type: current, to: E, amplitude: 300 pA, start: 2 ms}\n"
    "  steps: {type: current, to: E, at: [3 ms, 9 ms], amplitude: [50 pA, 90 pA], stop: 20 ms}\n"
    "record: {spikes: all}\n";

/* Weights that a run has recorded, of rows of several delays. */
static const char given_text[] =
    "saltus: 1\n"
    "duration: 30 ms\n"
    "populations:\n"
    "  A: {size: 3, model: lif_delta}\n"
    "  E: {size: 2, model: lif_delta}\n"
    "projections:\n"
    "  - {from: A, to: E, rule: all_to_all, weight: {from: w.h5, time: 1 ms, projection: x},\n"
    "     delay: {uniform: [1 ms, 2 ms]}, plasticity: {rule: stdp, w_max: 1 mV}}\n"
    "record: {weights: [{of: A->E, every: 7 ms, end: true}]}\n";

static const char wrong_text[] = "saltus: 1\n"
                                 "duraton: 30 ms\n"
                                 "populations:\n"
                                 "  E: {size: -3, model: lif_dleta, params: {tau: 20 mm}}\n"
                                 "projections:\n"
                                 "  - {from: X, to: E, rule: nonsense, weight: 3, delay: -1 ms}\n";

/* Images to be shown, which are files that nobody opens here. */
static const char learning_text[] =
    "saltus: 1\n"
    "populations:\n"
    "  X: {size: 4, model: rate_source}\n"
    "  E: {size: 20, model: lif_delta}\n"
    "learning:\n"
    "  {input: X, output: E, train: {images: a, labels: b}, test: {images: c, labels: d}}\n";

#endif /* SALTUS_TEST_ALLOCATION_TEXTS_H */
