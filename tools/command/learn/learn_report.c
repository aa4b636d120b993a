/* learn_report - what a course came to: manifest.json, and a table for people. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "energy/energy_report.h"
#include "learn/learn.h"
#include "run/manifest_parts.h"
#include "shared/command.h"
#include "shared/fault_text.h"
#include "shared/json_writer.h"

/* ---- Manifest ------------------------------------------------------------------------------ */

static void put_set(json_writer *w, const char *key, const learn_session *s, learn_phase phase)
{
    const learn_set *set = &s->sets[phase];
    char text[16];
    json_open_object(w, key);
    json_string(w, "images", saltus_idx_path(set->images));
    json_string(w, "labels", saltus_idx_path(set->labels));
    snprintf(text, sizeof text, "%08x", s->checksums[2 * phase]);
    json_string(w, "images_crc32", text);
    snprintf(text, sizeof text, "%08x", s->checksums[2 * phase + 1]);
    json_string(w, "labels_crc32", text);
    json_integer(w, "first", set->first);
    json_integer(w, "count", set->count);
    json_close(w);
}

static void put_learning(json_writer *w, const learn_session *s)
{
    const saltus_experiment *e = s->source.experiment;
    json_open_object(w, "learning");
    json_string(w, "input", saltus_experiment_population_name(e, s->spec.input));
    json_string(w, "output", saltus_experiment_population_name(e, s->spec.output));
    json_integer(w, "classes", s->state.classes);
    put_set(w, "train", s, LEARN_TRAIN);
    put_set(w, "label", s, LEARN_LABEL);
    put_set(w, "test", s, LEARN_TEST);
    json_integer(w, "epochs", s->spec.epochs);
    json_double(w, "presentation_ms", s->spec.presentation_ms);
    json_double(w, "rest_ms", s->spec.rest_ms);
    json_double(w, "rate_Hz", s->spec.rate_Hz);
    json_double(w, "total_rate_Hz", s->spec.total_rate_Hz);
    json_double(w, "normalise_mV", s->spec.normalise_mV);
    json_close(w);
}

static double per_image(uint64_t count, const learn_totals *t)
{
    return (double)count / (double)t->images;
}

static double wall_per_thousand_s(const learn_totals *t)
{
    return 1000 * t->wall_s / (double)t->images;
}

static void put_phase(json_writer *w, const learn_session *s, learn_phase phase)
{
    const learn_totals *t = &s->state.totals[phase];
    const saltus_energy_range energy = learn_energy(s, &t->counts, (double)t->images);
    json_open_object(w, learn_phase_names[phase]);
    json_integer(w, "images", t->images);
    json_integer(w, "presentations", t->presentations);
    json_integer(w, "output_spikes", t->output_spikes);
    manifest_counts(w, &t->counts);
    json_double(w, "wall_s", t->wall_s);
    json_double(w, "wall_per_1000_images_s", wall_per_thousand_s(t));
    json_double(w, "energy_per_image_low_J", energy.low_J);
    json_double(w, "energy_per_image_high_J", energy.high_J);
    json_close(w);
}

void learn_put_manifest(FILE *stream, const learn_session *s)
{
    const learn_totals *test = &s->state.totals[LEARN_TEST];
    json_writer w;
    json_begin(&w, stream);
    json_open_object(&w, NULL);
    json_string(&w, "saltus", saltus_version());
    json_bool(&w, "complete", s->complete);
    json_double(&w, "accuracy", learn_accuracy(test));
    json_integer(&w, "right", test->right);
    json_integer(&w, "unanswered", test->unanswered);
    json_integer(&w, "images_done", s->state.step);
    manifest_experiment(&w, &s->source, &s->request->overrides);
    put_learning(&w, s);
    for (int phase = 0; phase < LEARN_PHASES; phase++) {
        put_phase(&w, s, (learn_phase)phase);
    }
    fault_json(&w, s->source.experiment, s->simulation);
    json_string(&w, "energy_table",
                s->table != NULL ? saltus_energy_table_info(s->table)->name : "none");
    json_open_array(&w, "command");
    json_string(&w, NULL, "saltus");
    for (int i = 0; i < s->request->argc; i++) {
        json_string(&w, NULL, s->request->argv[i]);
    }
    json_close(&w);
    manifest_machine(&w);
    json_integer(&w, "threads", s->request->threads);
    json_string(&w, "engine", saltus_engine_name(saltus_simulation_engine(s->simulation)));
    json_double(&w, "step_ms", saltus_simulation_step_ms(s->simulation));
    json_string(&w, "directory", s->directory);
    manifest_started(&w, &s->started);
    json_double(&w, "simulated_ms", saltus_simulation_time_ms(s->simulation));
    json_hex(&w, "fingerprint", saltus_simulation_fingerprint(s->simulation));
    json_close(&w);
}

/* ---- For people ------------------------------------------------------------------------------ */

static void print_phases(const learn_session *s)
{
    printf("\n%-10s  %8s  %9s  %9s  %12s  %12s  %11s  %s\n", "per image", "images", "answer",
           "input", "synaptic", "plastic", "wall time", "energy");
    printf("%-10s  %8s  %9s  %9s  %12s  %12s  %11s  %s\n", "", "", "spikes", "spikes", "events",
           "updates", "s a 1,000",
           s->table == NULL ? "" : saltus_energy_table_info(s->table)->name);
    for (int phase = 0; phase < LEARN_PHASES; phase++) {
        const learn_totals *t = &s->state.totals[phase];
        if (t->images == 0) {
            continue;
        }
        const saltus_energy_range energy = learn_energy(s, &t->counts, (double)t->images);
        printf("%-10s  %8s  %9.1f  %9.0f  %12.0f  %12.0f  %11.3g  %s\n", learn_phase_names[phase],
               count_text(t->images), per_image(t->output_spikes, t),
               per_image(t->counts.source_spikes, t), per_image(t->counts.synaptic_events, t),
               per_image(t->counts.plastic_updates, t), wall_per_thousand_s(t),
               energy_range_text(energy.low_J, energy.high_J));
    }
}

static void print_classes(const learn_session *s)
{
    const uint32_t classes = s->state.classes;
    uint32_t silent = 0;
    for (uint32_t i = 0; i < s->state.neurons; i++) {
        silent += s->state.class_of[i] == SALTUS_NO_CLASS;
    }
    printf("\n%5s  %7s  %7s  %8s  %s\n", "class", "neurons", "images", "right", "mostly taken for");
    for (uint32_t label = 0; label < classes; label++) {
        const uint64_t *row = s->state.confusion + (size_t)label * (classes + 1);
        uint64_t all = 0;
        uint32_t other = UINT32_MAX;
        uint32_t members = 0;
        for (uint32_t c = 0; c <= classes; c++) {
            all += row[c];
            if (c != label && row[c] > 0 && (other == UINT32_MAX || row[c] > row[other])) {
                other = c;
            }
        }
        for (uint32_t i = 0; i < s->state.neurons; i++) {
            members += s->state.class_of[i] == label;
        }
        char mistake[32] = "";
        if (other == classes) {
            snprintf(mistake, sizeof mistake, "no answer");
        } else if (other != UINT32_MAX) {
            snprintf(mistake, sizeof mistake, "%u", other);
        }
        printf("%5u  %7u  %7llu  %6.1f %%  %s\n", label, members, (unsigned long long)all,
               all > 0 ? 100.0 * (double)row[label] / (double)all : 0.0, mistake);
    }
    if (silent > 0) {
        printf("%u neuron%s answered no labelling image\n", silent, silent == 1 ? "" : "s");
    }
}

/* Potentials or positions; spikes are recorded where a file says nothing, too. */
static bool asks_for_records(const saltus_experiment *e)
{
    bool records = saltus_experiment_records_positions(e);
    for (uint32_t i = 0; i < saltus_experiment_population_count(e); i++) {
        records |= saltus_experiment_records_potential(e, i);
    }
    return records;
}

void learn_note_records(const learn_session *s)
{
    if (asks_for_records(s->source.experiment)) {
        complain("learn: note: of the section 'record' a course writes weights alone, beside "
                 "images.csv, labels.csv and receptive_fields.tsv (docs/learning.md)");
    }
}

void learn_print_summary(const learn_session *s)
{
    const learn_totals *test = &s->state.totals[LEARN_TEST];
    print_classes(s);
    print_phases(s);
    printf("\naccuracy    %.2f %% of %s test images (%s right, %s without an answer)\n",
           100.0 * learn_accuracy(test), count_text(test->images), count_text(test->right),
           count_text(test->unanswered));
    printf("simulated   %.6g s of network time, fingerprint %016llx\n",
           saltus_simulation_time_ms(s->simulation) / 1000,
           (unsigned long long)saltus_simulation_fingerprint(s->simulation));
    fault_print_effects(s->source.experiment, s->simulation, (int)strlen("results     "));
    printf("results     %s\n", s->directory);
}
