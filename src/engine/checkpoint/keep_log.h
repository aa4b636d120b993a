/* keep_log - a log of spikes (engine/plastic/spike_log.h) as columns of a checkpoint. */
#ifndef SALTUS_KEEP_LOG_H
#define SALTUS_KEEP_LOG_H

#include "checkpoint/container.h"
#include "engine/plastic/spike_log.h"

/* Room for the name of a section. */
#define KEEP_NAME 32

typedef enum keep_log_column {
    KEEP_LOG_COUNT, /* "count": spikes of each neuron */
    KEEP_LOG_TIME,  /* "time": of each spike, and of the one before it */
    KEEP_LOG_TRACE, /* "trace": two of each */
    KEEP_LOG_TIMES, /* "times": spikes at one time */
    KEEP_LOG_COLUMNS
} keep_log_column;

const char *sl_keep_log_name(keep_log_column column);
section_type sl_keep_log_type(keep_log_column column);
/* Append one column of all neurons of a log to the section that has begun. */
void sl_keep_log_put(saltus_checkpoint_writer *writer, const spike_log *log,
                     keep_log_column column);

/* Sections "PREFIX.count" ... of one log, or of several one after the other. */
typedef struct keep_log_reader {
    section column[KEEP_LOG_COLUMNS];
    char name[KEEP_LOG_COLUMNS][KEEP_NAME];
} keep_log_reader;

/* The reader must stay where it is until it is done. */
saltus_status sl_keep_log_open(saltus_checkpoint *checkpoint, const char *prefix,
                               keep_log_reader *reader, saltus_error *error);
/* Fill a fresh log with the next neurons' spikes, none of them later than `now`. */
saltus_status sl_keep_log_read(keep_log_reader *reader, spike_log *log, sim_time now,
                               saltus_error *error);
/* Was that all? */
saltus_status sl_keep_log_done(const keep_log_reader *reader, saltus_error *error);

#endif /* SALTUS_KEEP_LOG_H */
