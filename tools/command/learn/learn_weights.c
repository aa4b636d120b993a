/* learn_weights - weights.h5 of a course: what `record: {weights: ...}` asks for.
 *
 * A course goes on from its checkpoints, so weights go to a spool beside them, which becomes
 * weights.h5 when the course is over (saltus/sonata.h). The spool lies in DIR.partial and is gone
 * with the last image.
 */
#include <stdlib.h>
#include <unistd.h>

#include "learn/learn.h"
#include "shared/command.h"

#ifdef SALTUS_HAVE_SONATA
#define SPOOL "learn.weights"

int learn_open_weights(learn_session *s, saltus_checkpoint *from)
{
    if (!source_records_weights(&s->source)) {
        return EXIT_CODE_OK;
    }
    char *spool = learn_path(s, SPOOL);
    if (spool == NULL) {
        return EXIT_CODE_FAILED;
    }
    saltus_error error = {0};
    saltus_status status = saltus_result_reopen(s->directory, &s->result, &error);
    if (status == SALTUS_OK && from != NULL) {
        status = saltus_sonata_weights_resume(s->result, s->simulation, spool, from, &s->weights,
                                              &error);
    } else if (status == SALTUS_OK) {
        status = saltus_sonata_weights_create_spooled(s->result, s->simulation, spool, &s->weights,
                                                      &error);
    }
    free(spool);
    if (status != SALTUS_OK) {
        complain_error("learn", &error, status);
        return EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

saltus_status learn_put_weights(learn_session *s, saltus_checkpoint_writer *writer,
                                saltus_error *error)
{
    return saltus_sonata_weights_save(s->weights, writer, error);
}

int learn_end_weights(learn_session *s)
{
    if (s->weights == NULL) {
        return EXIT_CODE_OK;
    }
    saltus_error error = {0};
    saltus_error close_error = {0};
    saltus_status status = saltus_simulation_record_end(s->simulation, &error);
    /* the writer knows better why a record failed */
    const saltus_status closed = saltus_sonata_weights_close(s->weights, &close_error);
    s->weights = NULL;
    if (closed != SALTUS_OK) {
        status = closed;
        error = close_error;
    }
    if (status != SALTUS_OK) {
        complain_error("learn", &error, status);
        return EXIT_CODE_FAILED;
    }
    char *spool = learn_path(s, SPOOL);
    if (spool == NULL) {
        return EXIT_CODE_FAILED;
    }
    unlink(spool);
    free(spool);
    return EXIT_CODE_OK;
}

void learn_clear_weights(learn_session *s)
{
    saltus_sonata_weights_close(s->weights, NULL);
    saltus_result_leave(s->result);
}
#else
int learn_open_weights(learn_session *s, saltus_checkpoint *from)
{
    (void)s;
    (void)from;
    return EXIT_CODE_OK;
}

saltus_status learn_put_weights(learn_session *s, saltus_checkpoint_writer *writer,
                                saltus_error *error)
{
    (void)s;
    (void)writer;
    (void)error;
    return SALTUS_OK;
}

int learn_end_weights(learn_session *s)
{
    (void)s;
    return EXIT_CODE_OK;
}

void learn_clear_weights(learn_session *s)
{
    (void)s;
}
#endif
