/* keep_log - see keep_log.h. */
#include "engine/checkpoint/keep_log.h"

#include <math.h>
#include <stdio.h>

#include "base/status.h"

/* Far beyond any trace. */
#define LARGEST 1e300

static const char *const names[] = {"count", "time", "trace", "times"};
static const section_type types[] = {SECTION_U32, SECTION_I64, SECTION_F64, SECTION_U32};

const char *sl_keep_log_name(keep_log_column column)
{
    return names[column];
}

section_type sl_keep_log_type(keep_log_column column)
{
    return types[column];
}

/* ---- Writing ------------------------------------------------------------------------------- */

static uint32_t length(const spike_log *log, uint32_t neuron)
{
    uint32_t count = 0;
    for (const logged_spike *spike = &log->line[neuron].newest; spike->count > 0;
         spike = spike_log_before(log, spike)) {
        count++;
    }
    return count;
}

static void put_spike(saltus_checkpoint_writer *writer, const logged_spike *spike,
                      keep_log_column column)
{
    const int64_t times[2] = {spike->time, spike->earlier};
    switch (column) {
    case KEEP_LOG_TIME:
        sl_section_append(writer, times, 2);
        return;
    case KEEP_LOG_TRACE:
        sl_section_append(writer, spike->trace, 2);
        return;
    default:
        sl_section_append(writer, &spike->count, 1);
        return;
    }
}

/* The spikes of one neuron, the oldest first; logs are short. */
static void put_neuron(saltus_checkpoint_writer *writer, const spike_log *log, uint32_t neuron,
                       keep_log_column column)
{
    for (uint32_t left = length(log, neuron); left > 0; left--) {
        const logged_spike *spike = &log->line[neuron].newest;
        for (uint32_t i = 1; i < left; i++) {
            spike = spike_log_before(log, spike);
        }
        put_spike(writer, spike, column);
    }
}

void sl_keep_log_put(saltus_checkpoint_writer *writer, const spike_log *log, keep_log_column column)
{
    for (uint32_t n = 0; n < log->neurons; n++) {
        if (column == KEEP_LOG_COUNT) {
            const uint32_t count = length(log, n);
            sl_section_append(writer, &count, 1);
        } else {
            put_neuron(writer, log, n, column);
        }
    }
}

/* ---- Reading ------------------------------------------------------------------------------- */

saltus_status sl_keep_log_open(saltus_checkpoint *checkpoint, const char *prefix,
                               keep_log_reader *reader, saltus_error *error)
{
    for (keep_log_column column = 0; column < KEEP_LOG_COLUMNS; column++) {
        snprintf(reader->name[column], KEEP_NAME, "%.23s.%s", prefix, names[column]);
        const saltus_status status = sl_section_find(checkpoint, reader->name[column],
                                                     types[column], &reader->column[column], error);
        if (status != SALTUS_OK) {
            return status;
        }
    }
    return SALTUS_OK;
}

static saltus_status read_spike(keep_log_reader *reader, logged_spike *spike, saltus_error *error)
{
    int64_t times[2];
    saltus_status status = sl_section_read(&reader->column[KEEP_LOG_TIME], times, 2, error);
    if (status == SALTUS_OK) {
        status = sl_section_read(&reader->column[KEEP_LOG_TRACE], spike->trace, 2, error);
    }
    if (status == SALTUS_OK) {
        status = sl_section_read(&reader->column[KEEP_LOG_TIMES], &spike->count, 1, error);
    }
    spike->time = status == SALTUS_OK ? times[0] : 0;
    spike->earlier = status == SALTUS_OK ? times[1] : 0;
    return status;
}

static bool makes_sense(const logged_spike *spike, const logged_spike *before, sim_time now)
{
    const bool earlier = before->count > 0
                             ? spike->earlier == before->time
                             : spike->earlier == SPIKE_LOG_NONE || spike->earlier >= 0;
    return earlier && spike->time >= 0 && spike->time > spike->earlier && spike->time <= now &&
           spike->count > 0 && fabs(spike->trace[0]) <= LARGEST && fabs(spike->trace[1]) <= LARGEST;
}

saltus_status sl_keep_log_read(keep_log_reader *reader, spike_log *log, sim_time now,
                               saltus_error *error)
{
    for (uint32_t n = 0; n < log->neurons; n++) {
        uint32_t count = 0;
        saltus_status status = sl_section_read(&reader->column[KEEP_LOG_COUNT], &count, 1, error);
        logged_spike before = sl_spike_log_nothing;
        for (uint32_t i = 0; status == SALTUS_OK && i < count; i++) {
            logged_spike spike;
            status = read_spike(reader, &spike, error);
            if (status == SALTUS_OK && !makes_sense(&spike, &before, now)) {
                return sl_section_damaged(reader->column[KEEP_LOG_TIME].checkpoint,
                                          reader->name[KEEP_LOG_TIME], error,
                                          "spike %u of neuron %u makes no sense", i, n);
            }
            if (status == SALTUS_OK && !sl_spike_log_restore(log, n, &spike)) {
                status = sl_fail_memory(error);
            }
            before = spike;
        }
        if (status != SALTUS_OK) {
            return status;
        }
    }
    return SALTUS_OK;
}

saltus_status sl_keep_log_done(const keep_log_reader *reader, saltus_error *error)
{
    for (keep_log_column column = 0; column < KEEP_LOG_COLUMNS; column++) {
        if (reader->column[column].count > 0) {
            return sl_section_damaged(reader->column[column].checkpoint, reader->name[column],
                                      error, "it has more values than spikes");
        }
    }
    return SALTUS_OK;
}
