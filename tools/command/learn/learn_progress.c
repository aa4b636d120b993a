/* learn_progress - how a course goes on: one line on a terminal, and a line a window. */
#include <math.h>
#include <unistd.h>

#include "learn/learn.h"
#include "shared/command.h"
#include "shared/machine.h"

#define REFRESH_S 0.2

void learn_progress_begin(learn_progress *p, const learn_session *s)
{
    *p = (learn_progress){.line = !s->request->quiet && isatty(STDERR_FILENO) == 1,
                          .words = !s->request->quiet && !s->request->json,
                          .start_s = machine_seconds(),
                          .first_step = s->state.step};
}

static void format_wall(char text[32], double wall_s)
{
    const unsigned long s = wall_s > 0 && wall_s < 1e8 ? (unsigned long)(wall_s + 0.5) : 0;
    if (s < 60) {
        snprintf(text, 32, "%lu s", s);
    } else if (s < 3600) {
        snprintf(text, 32, "%lu:%02lu min", s / 60, s % 60);
    } else {
        snprintf(text, 32, "%lu:%02lu h", s / 3600, s / 60 % 60);
    }
}

/* Accuracy so far: of the last window while it trains, of the test's images afterwards. */
static void format_accuracy(char text[48], const learn_session *s)
{
    const learn_state *state = &s->state;
    const uint32_t *last = state->windows > 0 ? state->history + 3 * (state->windows - 1) : NULL;
    text[0] = '\0';
    if (state->step > s->phase_end[LEARN_LABEL]) {
        snprintf(text, 48, "  accuracy %.1f %%",
                 100.0 * learn_accuracy(&state->totals[LEARN_TEST]));
    } else if (last != NULL && last[2] > 0) {
        snprintf(text, 48, "  accuracy %.1f %%", 100.0 * last[1] / last[2]);
    }
}

static void refresh(learn_progress *p, const learn_session *s, double now_s)
{
    const learn_phase phase = learn_phase_of(s, s->state.step - 1);
    const uint64_t begin = phase > 0 ? s->phase_end[phase - 1] : 0;
    const double per_s = (double)(s->state.step - p->first_step) / (now_s - p->start_s);
    char left[32];
    char accuracy[48];
    format_wall(left, (double)(s->phase_end[LEARN_TEST] - s->state.step) / per_s);
    format_accuracy(accuracy, s);
    fprintf(stderr, "\r%s: %s of %s images  %.1f images/s%s  %s left\033[K",
            learn_phase_names[phase], count_text(s->state.step - begin),
            count_text(s->phase_end[phase] - begin), per_s, accuracy, left);
    fflush(stderr);
    p->last_s = now_s;
}

static void say_window(const learn_progress *p, const learn_session *s)
{
    const uint32_t *last = s->state.history + 3 * (s->state.windows - 1);
    if (p->line) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    if (last[2] > 0) {
        printf("%10s training images  running accuracy %5.1f %%\n", count_text(last[0]),
               100.0 * last[1] / last[2]);
    } else {
        printf("%10s training images\n", count_text(last[0]));
    }
    fflush(stdout);
}

void learn_progress_update(learn_progress *p, const learn_session *s)
{
    const learn_state *state = &s->state;
    if (p->words && state->windows > 0 && state->history[3 * (state->windows - 1)] == state->step) {
        say_window(p, s);
    }
    const double now_s = machine_seconds();
    if (p->line && now_s - p->last_s >= REFRESH_S && now_s > p->start_s) {
        refresh(p, s, now_s);
    }
}

void learn_progress_end(learn_progress *p)
{
    if (p->line) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}
