/* saltus/encode.h - neural codes: numbers to spikes and back.
 *
 *     saltus_code_spec spec = saltus_code_spec_default("latency");
 *     saltus_code_set_word(&spec, "curve", "rc", &error);
 *     saltus_code_set(&spec, "tau", 20, &error);
 *     saltus_spikes spikes = {0};
 *     saltus_encode(&spec, values, 784, item, start_ms, &spikes, &error);
 *     saltus_decode(&spec, &spikes, start_ms, slack_ms, values, 784, &error);
 *     saltus_spikes_clear(&spikes);
 *
 * An item is an array of values that is shown for a window: an image, a row of a table, a frame of
 * a sound. Value v of an item drives sources v * units to v * units + units - 1; all codes but
 * `population` have one unit a value. A code sees x = (value - low) / (high - low).
 *
 * Times are formed in ticks of 1e-11 ms, relative to the start of the item's window. Random numbers
 * belong to (seed, item, source): what an item becomes depends neither on the items before it nor
 * on when it is shown.
 */
#ifndef SALTUS_ENCODE_H
#define SALTUS_ENCODE_H

#include <stdbool.h>

#include "saltus/base.h"
#include "saltus/plasticity.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Spikes ------------------------------------------------------------------------ */

/** Spikes of numbered sources. All zero: none. Released by saltus_spikes_clear. */
typedef struct saltus_spikes {
    double *times_ms;  /**< [count] */
    uint32_t *sources; /**< [count] */
    size_t count, capacity;
} saltus_spikes;

/** NULL is allowed; the record is empty afterwards. */
SALTUS_API void saltus_spikes_clear(saltus_spikes *spikes);
/** Bring into the order (time, source). @return SALTUS_OK or SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_spikes_sort(saltus_spikes *spikes, saltus_error *error);
/** Move spikes [first, count) by independent normal amounts with standard deviation `sd_ms` (0 to
 *  1e6) and sort all. Times below 0 become 0. The amounts belong to (seed, item, number of the
 *  spike from `first` on).
 *  @return SALTUS_OK, SALTUS_E_ARGUMENT, SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_spikes_jitter(saltus_spikes *spikes, size_t first, double sd_ms,
                                              uint64_t seed, uint32_t item, saltus_error *error);

/** Read spikes from a CSV file: `time_ms,neuron` in order of time, as `saltus encode` writes it and
 * a spike_list reads it; or, of one population, `time_ms,population,neuron`, as a run writes it.
 *  @param population  NULL: the file has no such column
 *  @return SALTUS_OK, SALTUS_E_FILE, SALTUS_E_EXPERIMENT (with position), SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_spikes_read(const char *path, const char *population,
                                            saltus_spikes *out, saltus_error *error);

/* ---- The catalog of codes ---------------------------------------------------------- */

/** A code. Static. */
typedef struct saltus_code_info {
    const char *name;    /**< "latency" */
    const char *summary; /**< one line */
    const char *equation, *decoding, *source;
    const saltus_rule_parameter *parameters; /**< ended by a NULL name; low, high, window first */
    bool signal; /**< encodes a signal in time (saltus_encode_signal), not items; its only
                      parameters are its own */
} saltus_code_info;

SALTUS_API size_t saltus_code_count(void);
/** NULL when index is out of range. */
SALTUS_API const saltus_code_info *saltus_code_get(size_t index);
/** NULL when there is none of this name. */
SALTUS_API const saltus_code_info *saltus_code_find(const char *name);

/* ---- Specs ------------------------------------------------------------------------- */

/** Most parameters that a code can have. */
#define SALTUS_CODE_VALUES 16
/** Items are numbered below this. */
#define SALTUS_CODE_ITEMS (UINT32_C(1) << 24)

/** A code with its parameters. Plain value. */
typedef struct saltus_code_spec {
    const char *code;                 /**< name of a code; borrowed */
    double value[SALTUS_CODE_VALUES]; /**< in the order of its parameters; NaN: its default */
    uint64_t seed;                    /**< of the codes that draw; default 1 */
} saltus_code_spec;

SALTUS_API saltus_code_spec saltus_code_spec_default(const char *code);
/** Set a parameter by name, in its unit.
 *  @return SALTUS_OK, or SALTUS_E_ARGUMENT (no such code, parameter or word; out of range) */
SALTUS_API saltus_status saltus_code_set(saltus_code_spec *spec, const char *parameter,
                                         double value, saltus_error *error);
SALTUS_API saltus_status saltus_code_set_word(saltus_code_spec *spec, const char *parameter,
                                              const char *word, saltus_error *error);
/** The same from text: a quantity with its unit ("20 ms"), a number or a word. */
SALTUS_API saltus_status saltus_code_set_text(saltus_code_spec *spec, const char *parameter,
                                              const char *text, saltus_error *error);
/** Are the parameters together what the code can work with? Encoding checks it by itself.
 *  @return SALTUS_OK, or SALTUS_E_ARGUMENT with what was found and what is allowed */
SALTUS_API saltus_status saltus_code_check(const saltus_code_spec *spec, saltus_error *error);
/** Value of a parameter, its default included; NaN when the code has none of this name. */
SALTUS_API double saltus_code_value(const saltus_code_spec *spec, const char *parameter);
/** Sources that a value (or a channel of a signal) drives; 0 when there is no such code. */
SALTUS_API uint32_t saltus_code_units(const saltus_code_spec *spec);

/* ---- Items ------------------------------------------------------------------------- */

/** Append the spikes of an item, in the order (time, source), to `spikes`.
 *
 * @param values    [count], each from `low` to `high`
 * @param item      number of the item, below SALTUS_CODE_ITEMS
 * @param start_ms  start of its window, 0 to 4e7
 * @return SALTUS_OK, SALTUS_E_ARGUMENT (nothing is appended), SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_encode(const saltus_code_spec *spec, const double *values,
                                       uint32_t count, uint32_t item, double start_ms,
                                       saltus_spikes *spikes, saltus_error *error);

/** Estimate an item's values from the spikes in [start - slack, start + window + slack), in any
 *  order; sources that belong to no value are passed over.
 *
 * A value that its spikes say nothing about is NaN. `rate` estimates are not cut off at `low` and
 * `high`, so that their mean is the value; all others are.
 *
 * @param slack_ms  >= 0: how far spikes may have been moved out of the window
 * @param values    [count], filled
 * @return SALTUS_OK, SALTUS_E_ARGUMENT, SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_decode(const saltus_code_spec *spec, const saltus_spikes *spikes,
                                       double start_ms, double slack_ms, double *values,
                                       uint32_t count, saltus_error *error);

/* ---- Signals ----------------------------------------------------------------------- */

/** Samples at 0, 1/rate, 2/rate, ... in one or several channels. Borrowed memory. */
typedef struct saltus_signal {
    const double *samples; /**< [count * channels], channel by channel within a time; finite */
    size_t count;
    uint32_t channels;
    uint32_t rate_Hz; /**< samples a second, >= 1 */
} saltus_signal;

/** Append the spikes of a signal that begins at `start_ms`, sorted: channel c drives the sources 2c
 *  (up) and 2c + 1 (down). The signal is taken as straight between samples.
 *  @return SALTUS_OK, SALTUS_E_ARGUMENT (no code for signals, values out of range), SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_encode_signal(const saltus_code_spec *spec,
                                              const saltus_signal *signal, double start_ms,
                                              saltus_spikes *spikes, saltus_error *error);
/** What the spikes before or at each sample's time make of the signal, given its first samples.
 *
 * @param signal   what was encoded: count, channels, rate and the samples of time 0 are read
 * @param spikes   in order of time
 * @param samples  [count * channels], filled */
SALTUS_API saltus_status saltus_decode_signal(const saltus_code_spec *spec,
                                              const saltus_signal *signal, double start_ms,
                                              const saltus_spikes *spikes, double *samples,
                                              saltus_error *error);

/* ---- Files ------------------------------------------------------------------------- */

/** What a file holds. */
typedef enum saltus_source_kind {
    SALTUS_SOURCE_IMAGES, /**< IDX (saltus/idx.h): an item an image, a value a pixel, 0 to 255 */
    SALTUS_SOURCE_CSV,    /**< an item a row, a value a column; the first line names the columns */
    SALTUS_SOURCE_SOUND,  /**< WAV (saltus/recordings.h): an item a stretch as long as the window, a
                               value the root of its mean square in a channel; the last may be
                               shorter. For codes of signals the samples themselves */
    SALTUS_SOURCE_EVENTS  /**< recording of an event camera: events are spikes, there is no code */
} saltus_source_kind;

/** A file and how it becomes spikes. Plain value; text is borrowed. */
typedef struct saltus_encoding {
    uint32_t struct_size; /**< set by the default function */
    saltus_source_kind kind;
    const char *path;
    saltus_code_spec code; /**< where `low` and `high` are not set, the source's: 0 and 255 of
                                images, else the code's */
    uint32_t first, count; /**< items [first, first + count); count 0 (default): all the rest */
    double start_ms;       /**< of the first window, or of a recording */
    double pause_ms;       /**< from one window's end to the next one's start */
    uint32_t sensor_width, sensor_height; /**< events: 0 (default) as saltus_events_read */
    bool from_first; /**< events: `start` is the first event's time, not that of the camera's 0 */
} saltus_encoding;

SALTUS_API saltus_encoding saltus_encoding_default(saltus_source_kind kind, const char *path,
                                                   const char *code);
/** Name of a kind, as in experiment files: "images". NULL when there is none. Static. */
SALTUS_API const char *saltus_source_kind_name(saltus_source_kind kind);
/** The code with the range of the source filled in: what decoding needs. */
SALTUS_API saltus_code_spec saltus_encoding_code(const saltus_encoding *encoding);

/** Items [first, first + items) of a file. Released by saltus_values_clear. */
typedef struct saltus_values {
    double *values; /**< [items * width], item by item */
    uint32_t first, items, width;
} saltus_values;

/** Read the items of an encoding.
 *  @return SALTUS_OK; SALTUS_E_FILE, SALTUS_E_EXPERIMENT (a CSV file, with position),
 *          SALTUS_E_UNSUPPORTED, SALTUS_E_ARGUMENT (there are not so many items, or none at all:
 *          events), SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_values_read(const saltus_encoding *encoding, saltus_values *out,
                                            saltus_error *error);
/** NULL is allowed; the record is empty afterwards. */
SALTUS_API void saltus_values_clear(saltus_values *values);

/** The spikes of a file. Released by saltus_encoded_clear. */
typedef struct saltus_encoded {
    saltus_spikes spikes; /**< in the order (time, source) */
    uint32_t sources;     /**< source 2 (y width + x) + on for events */
    uint32_t items;       /**< 0: a signal or a recording */
    double end_ms;        /**< end of the last window and pause, or of the recording */
} saltus_encoded;

/** Start of the window of item number `index`, counted from the first that is encoded. Infinity
 *  where start, window and pause make no time that can be simulated. */
SALTUS_API double saltus_encoding_start_ms(const saltus_encoding *encoding, uint32_t index);
/** Encode a file. Item `i` is number i for the draws of its code, whatever `first` is.
 *  @return as saltus_values_read, and SALTUS_E_ARGUMENT for what the code refuses */
SALTUS_API saltus_status saltus_encode_file(const saltus_encoding *encoding, saltus_encoded *out,
                                            saltus_error *error);
/** NULL is allowed; the record is empty afterwards. */
SALTUS_API void saltus_encoded_clear(saltus_encoded *encoded);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_ENCODE_H */
