/* saltus/energy.h - what counted work would cost in joules on a device, after a cost table.
 *
 * A cost table (data/energy/NAME.yaml, docs/energy.md) holds published energies, each with its
 * source, year, process and grade. Pricing multiplies counts with them:
 *
 *     energy = sum over terms of count x price, as a range [low, high] where sources disagree.
 *
 * Rules that keep the figure honest:
 *   - a term that occurs and that the table leaves unpriced makes the total a lower bound, and is
 *     named;
 *   - an all-in price (a measured whole divided by one count) is never added to: its base count is
 *     priced, everything else is included in it, but for learning, which no source says to be in
 * it;
 *   - lines of a reference table stand side by side and have no total.
 *
 *     saltus_energy_table *table = NULL;
 *     saltus_energy_work work = saltus_energy_work_default();
 *     saltus_energy_estimate bill;
 *     status = saltus_energy_table_load("data/energy/loihi.yaml", &table, &diagnostics);
 *     work.counts = saltus_simulation_counts(simulation);
 *     work.simulated_s = 1e-3 * saltus_simulation_time_ms(simulation);
 *     if (!status) saltus_energy_price(table, &work, &bill);
 *     saltus_energy_table_destroy(table);
 *
 * Units: joules, watts, seconds. Threads: a loaded table is const and may be shared.
 */
#ifndef SALTUS_ENERGY_H
#define SALTUS_ENERGY_H

#include <stdbool.h>

#include "saltus/base.h"
#include "saltus/experiment.h"
#include "saltus/simulation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Terms ------------------------------------------------------------------------- */

/** What has a price. Names are those of the counts in the singular: "synaptic_event". */
typedef enum saltus_energy_term {
    SALTUS_TERM_SYNAPTIC_EVENT,    /**< delivery to a synapse of weight != 0 */
    SALTUS_TERM_ZERO_WEIGHT_EVENT, /**< delivery to a synapse of weight 0 */
    SALTUS_TERM_EXTERNAL_EVENT,    /**< arrival from an input at one neuron */
    SALTUS_TERM_NEURON_UPDATE,     /**< change of one neuron's state by an event: deliveries and
                                        external events (again) and resets */
    SALTUS_TERM_STEP_UPDATE,       /**< one neuron integrated over one step of a clock */
    SALTUS_TERM_THRESHOLD_TEST,
    SALTUS_TERM_SPIKE,     /**< spike sent, by a neuron or a source */
    SALTUS_TERM_SPIKE_HOP, /**< spike carried on by one router; needs a placement */
    SALTUS_TERM_CROSSING_SEARCH,
    SALTUS_TERM_EXP_EVALUATION,
    SALTUS_TERM_RANDOM_DRAW,
    SALTUS_TERM_PLASTIC_UPDATE,  /**< event that acts on the weight of one synapse that learns */
    SALTUS_TERM_QUEUE_OPERATION, /**< push or pop of the queue of spikes in flight */
    SALTUS_TERM_QUEUE_COMPARE,
    SALTUS_TERM_STATE_BYTE, /**< byte of membrane state read or written */
    SALTUS_TERM_SYNAPSE_BYTE,
    SALTUS_TERM_QUEUE_BYTE,
    SALTUS_TERM_MAC,         /**< multiply-accumulate of an artificial network */
    SALTUS_TERM_AC,          /**< accumulate of an artificial network */
    SALTUS_TERM_STATIC_POWER /**< watts, for as long as the run takes: the count is seconds */
} saltus_energy_term;

#define SALTUS_ENERGY_TERM_COUNT 20

/** "synaptic_event", ...; NULL when out of range. */
SALTUS_API const char *saltus_energy_term_name(saltus_energy_term term);
/** What it counts, in one line; NULL when out of range. */
SALTUS_API const char *saltus_energy_term_summary(saltus_energy_term term);

/* ---- Cost tables ------------------------------------------------------------------- */

/** What a figure, or a table, covers. */
typedef enum saltus_energy_scope {
    SALTUS_SCOPE_PER_TERM, /**< "per-term": the energy of one operation; terms add up */
    SALTUS_SCOPE_ALL_IN,   /**< "all-in": all energy of a whole run divided by one of its counts;
                                nothing may be added to it */
    SALTUS_SCOPE_REFERENCE /**< "reference" (tables only): lines to compare with, each alone */
} saltus_energy_scope;

/** How a figure was come by, best first. */
typedef enum saltus_energy_evidence {
    SALTUS_EVIDENCE_MEASURED,  /**< "measured": on hardware, by the source itself */
    SALTUS_EVIDENCE_SIMULATED, /**< "simulated": circuit simulation before the chip was made */
    SALTUS_EVIDENCE_DERIVED,   /**< "derived": computed from other figures */
    SALTUS_EVIDENCE_VENDOR,    /**< "vendor": stated by the maker */
    SALTUS_EVIDENCE_SECONDARY  /**< "secondary": quoted by somebody else than its first source */
} saltus_energy_evidence;

/** "per-term", ...; "measured", ...; NULL when out of range. */
SALTUS_API const char *saltus_energy_scope_name(saltus_energy_scope scope);
SALTUS_API const char *saltus_energy_evidence_name(saltus_energy_evidence evidence);

/** Which time static power runs over. */
typedef enum saltus_energy_time {
    SALTUS_TIME_SIMULATED, /**< "simulated": a device that runs in real time */
    SALTUS_TIME_WALL       /**< "wall": a computer, as long as the program takes */
} saltus_energy_time;

/** "simulated" or "wall"; NULL when out of range. */
SALTUS_API const char *saltus_energy_time_name(saltus_energy_time time);

struct saltus_energy_figure;

/** One summand of a figure that is a sum of elementary operations. */
typedef struct saltus_energy_part {
    double times;                                 /**< how often; 0.5 of a 64-bit access, say */
    const struct saltus_energy_figure *operation; /**< belongs to the table */
} saltus_energy_part;

/** One published energy, or a sum of several. Strings belong to the table, none is NULL. */
typedef struct saltus_energy_figure {
    const char *name;        /**< term, operation or line it stands for */
    saltus_energy_term term; /**< what it prices (not for elementary operations) */
    double low, high;        /**< J each, or W for static power; equal where sources agree */
    saltus_energy_time over; /**< static power only */
    saltus_energy_scope scope;
    saltus_energy_evidence evidence;
    const char *source;              /**< full reference; of a sum, those of its parts */
    uint32_t year;                   /**< of the source; of a sum, of its latest part */
    double process_nm;               /**< NaN: not known */
    double voltage_V;                /**< NaN: not known */
    const char *note;                /**< "" when there is none */
    const saltus_energy_part *parts; /**< part_count summands; 0 for a figure of its own */
    size_t part_count;
} saltus_energy_figure;

/** Why a term that has no price adds nothing. */
typedef struct saltus_energy_remark {
    saltus_energy_term term;
    const char *reason;
} saltus_energy_remark;

/** A cost table. Opaque. */
typedef struct saltus_energy_table saltus_energy_table;

/** All of a table. Strings and arrays belong to it. */
typedef struct saltus_energy_info {
    const char *name;  /**< "loihi" */
    const char *title; /**< one line */
    const char *note;  /**< assumptions, in several lines; "" when there are none */
    saltus_energy_scope scope;
    double process_nm, voltage_V;       /**< NaN: not known, or different from figure to figure */
    bool clocked;                       /**< the device updates every neuron in every step */
    const saltus_energy_figure *prices; /**< per-term: at most one a term; all-in: exactly one;
                                             reference: the lines */
    size_t price_count;
    const saltus_energy_figure *operations; /**< elementary operations that prices are sums of */
    size_t operation_count;
    const saltus_energy_figure *on_record; /**< figures that are known and never priced: why is in
                                                the note of each */
    size_t on_record_count;
    const saltus_energy_remark *included; /**< terms whose energy is within another price */
    size_t included_count;
    const saltus_energy_remark *absent; /**< terms that the device does not perform */
    size_t absent_count;
} saltus_energy_info;

/**
 * Read and check a cost table.
 *
 * @param out          the table, owned by the caller; NULL on failure
 * @param diagnostics  may be NULL; else set to all findings (owned by the caller), or to NULL
 * @return SALTUS_OK, SALTUS_E_ARGUMENT (the table is wrong: see diagnostics; or NULL was passed),
 *         SALTUS_E_FILE, SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_energy_table_load(const char *path, saltus_energy_table **out,
                                                  saltus_diagnostics **diagnostics);

/** The same from `length` bytes of text; `name` stands for the file in messages. */
SALTUS_API saltus_status saltus_energy_table_load_text(const char *text, size_t length,
                                                       const char *name, saltus_energy_table **out,
                                                       saltus_diagnostics **diagnostics);

/** NULL is allowed. */
SALTUS_API void saltus_energy_table_destroy(saltus_energy_table *table);

/** What is in it. */
SALTUS_API const saltus_energy_info *saltus_energy_table_info(const saltus_energy_table *table);

/* ---- Pricing ----------------------------------------------------------------------- */

/** Counted work. Get it from saltus_energy_work_default() and fill in what is known. */
typedef struct saltus_energy_work {
    uint32_t struct_size;
    saltus_counts counts;
    double simulated_s; /**< default 0 */
    double wall_s;      /**< wall time of the run; default NaN: not known */
    double neurons;     /**< default 0; needed only with step_ms */
    double step_ms;     /**< step that clocked devices are to be priced with when the counts have no
                             step updates (event engine); default 0: none */
    double spike_hops;  /**< default NaN: no placement is known */
    double macs, acs;   /**< of an artificial network; default 0 */
    double units;       /**< chips, boards or cards that draw static power; default 1 */
    double inferences;  /**< default 0: energy per inference is not asked for */
} saltus_energy_work;

SALTUS_API saltus_energy_work saltus_energy_work_default(void);

/**
 * Read counts, times and number of neurons from the manifest.json of a result directory. Counts
 * that the manifest does not have stay as they are in `work`.
 *
 * @return SALTUS_OK; SALTUS_E_ARGUMENT with the position in `error` when it is no such manifest;
 *         SALTUS_E_FILE, SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_energy_work_read_manifest(const char *path,
                                                          saltus_energy_work *work,
                                                          saltus_error *error);

/** How often a term occurs in `work`, the counts alone (step_ms is left aside); NaN when it is not
 *  known (hops). Static power: simulated seconds x units. */
SALTUS_API double saltus_energy_term_count(const saltus_energy_work *work, saltus_energy_term term);

/** What became of one term. */
typedef enum saltus_energy_state {
    SALTUS_ENERGY_PRICED,
    SALTUS_ENERGY_INCLUDED, /**< within another price, or in an all-in figure */
    SALTUS_ENERGY_ABSENT,   /**< the device does not do this */
    SALTUS_ENERGY_UNPRICED, /**< the table has no price: the total is a lower bound */
    SALTUS_ENERGY_UNKNOWN   /**< there is a price and no count: the total is a lower bound */
} saltus_energy_state;

/** "priced", "included", "absent", "unpriced", "unknown"; NULL when out of range. */
SALTUS_API const char *saltus_energy_state_name(saltus_energy_state state);

/** One line of an estimate. Pointers belong to the table, or are static. */
typedef struct saltus_energy_entry {
    saltus_energy_term term;
    saltus_energy_state state;
    double count;                       /**< NaN when unknown */
    double low_J, high_J;               /**< 0 unless priced */
    const saltus_energy_figure *figure; /**< the price; NULL when there is none */
    const char *reason;                 /**< why it is included, absent or unknown; "" else */
} saltus_energy_entry;

#define SALTUS_ENERGY_ENTRIES_MAX 64

/** A range of energies; both NaN where there is none. */
typedef struct saltus_energy_range {
    double low_J, high_J;
} saltus_energy_range;

/** Counted work, priced. Valid as long as the table. */
typedef struct saltus_energy_estimate {
    saltus_energy_entry entries[SALTUS_ENERGY_ENTRIES_MAX]; /**< terms that occur, in the order of
                                         the terms; of a reference table, every line it has */
    size_t entry_count;
    bool has_total;   /**< false for a reference table: its lines are not summands */
    bool lower_bound; /**< a term is unpriced or unknown */
    saltus_energy_range total;
    saltus_energy_range per_synaptic_event; /**< by deliveries to synapses of weight != 0 */
    saltus_energy_range per_spike;          /**< by spikes of neurons and sources */
    saltus_energy_range per_simulated_second;
    saltus_energy_range per_inference;
} saltus_energy_estimate;

/** Price `work` after `table`. Never fails. */
SALTUS_API void saltus_energy_price(const saltus_energy_table *table,
                                    const saltus_energy_work *work, saltus_energy_estimate *out);

/** The unpriced and unknown terms as "threshold_test, spike_hop"; "" when there are none. Cut at
 *  `size` bytes. */
SALTUS_API void saltus_energy_missing_text(const saltus_energy_estimate *estimate, char *out,
                                           size_t size);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_ENERGY_H */
