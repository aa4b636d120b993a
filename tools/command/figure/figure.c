/* figure - points in, data file and gnuplot script out; the pictures by running gnuplot.
 *
 * A script stands on its own: `gnuplot NAME.gp` in its folder draws the figure again, so whoever
 * wants another font or another range edits it there. What cannot be shown on a logarithmic axis
 * (an error of 0, no missed spike) is drawn at a place of its own, in the data file too; the column
 * after it holds the true value.
 */
#include "figure/figure.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "figure/figure_labels.h"
#include "shared/command.h"

/* ---- Collecting ------------------------------------------------------------------------ */

void figure_begin(figure *f, const char *name, const char *title)
{
    *f = (figure){.name = name, .title = title, .rule_y = (double)NAN, .mark_x = (double)NAN};
}

void figure_series(figure *f, const char *name, figure_style style)
{
    if (f->series_count == FIGURE_SERIES_MAX) {
        f->failed = true;
        return;
    }
    figure_row *row = &f->series[f->series_count++];
    *row = (figure_row){.style = style, .colour = f->series_count - 1, .first = f->value_count};
    snprintf(row->name, sizeof row->name, "%s", name);
}

void figure_series_like(figure *f, const char *name, figure_style style, size_t series)
{
    figure_series(f, name, style);
    if (!f->failed && series < f->series_count) {
        f->series[f->series_count - 1].colour = series;
    }
}

void figure_range(figure *f, double x, double y, double low, double high, const char *label)
{
    if (!isfinite(x) || !isfinite(y) || f->series_count == 0 || f->failed) {
        return;
    }
    if (f->value_count == f->value_room) {
        const size_t room = f->value_room > 0 ? 2 * f->value_room : 64;
        figure_value *larger = realloc(f->values, room * sizeof *larger);
        if (larger == NULL) {
            f->failed = true;
            return;
        }
        f->values = larger;
        f->value_room = room;
    }
    figure_value *value = &f->values[f->value_count++];
    *value = (figure_value){.x = x, .y = y, .low = low, .high = high};
    snprintf(value->label, sizeof value->label, "%s", label != NULL ? label : "");
    f->series[f->series_count - 1].count++;
}

void figure_point(figure *f, double x, double y, const char *label)
{
    figure_range(f, x, y, (double)NAN, (double)NAN, label);
}

void figure_clear(figure *f)
{
    free(f->values);
    figure_begin(f, f->name, f->title);
}

bool figure_empty(const figure *f)
{
    return f->value_count == 0;
}

#define LEAST_DECADES 0.6 /* an axis spans */
#define FINE_DECADES  1.7 /* below, ticks stand at 1, 2, 5 */

/* ---- Ranges ------------------------------------------------------------------------------ */

static void widen(figure_span *s, double value, bool positive_only)
{
    if (isfinite(value) && (value > 0.0 || !positive_only)) {
        s->low = !(s->low <= value) ? value : s->low;
        s->high = !(s->high >= value) ? value : s->high;
    }
}

/* A little room at both ends, and a place below everything for what has none on the axis. */
static void round_to_decades(figure_span *s, bool room_for_zero, double room_above)
{
    if (!isfinite(s->low)) {
        s->low = 0.1;
        s->high = 1.0;
    }
    double low = log10(s->low);
    double high = log10(s->high);
    if (high - low < LEAST_DECADES) {
        const double middle = 0.5 * (low + high);
        low = middle - 0.5 * LEAST_DECADES;
        high = middle + 0.5 * LEAST_DECADES;
    }
    const double room = 0.04 + 0.05 * (high - low);
    if (room_for_zero) {
        /* where all lies close together the place stays close too */
        low = high - low < FINE_DECADES ? low : floor(low + 1e-9);
        s->first = pow(10.0, low);
        low -= fmax(high - low < FINE_DECADES ? 0.3 : 1.0, 0.16 * (high - low));
        s->zero = pow(10.0, low);
    }
    s->low = pow(10.0, low - room);
    s->high = pow(10.0, high + room + room_above * (high - low));
}

static figure_span span_of(const figure *f, bool vertical)
{
    const figure_axis *axis = vertical ? &f->y : &f->x;
    figure_span s = {
        .low = (double)NAN, .high = (double)NAN, .zero = (double)NAN, .first = (double)NAN};
    bool hidden = false;
    for (size_t i = 0; i < f->value_count; i++) {
        const figure_value *v = &f->values[i];
        const double value = vertical ? v->y : v->x;
        hidden = hidden || value <= 0.0;
        widen(&s, value, axis->logarithmic);
        if (vertical) {
            widen(&s, v->low, axis->logarithmic);
            widen(&s, v->high, axis->logarithmic);
        }
    }
    if (axis->logarithmic) {
        round_to_decades(&s, hidden && axis->zero != NULL, vertical ? 0.0 : 0.06);
    }
    return s;
}

double figure_place(double value, const figure_axis *axis, const figure_span *span)
{
    return axis->logarithmic && value <= 0.0 ? span->zero : value;
}

/* ---- Data file ----------------------------------------------------------------------------- */

/* A text without tabs, quotes and line ends; control characters become blanks. */
static void put_plain(FILE *stream, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        fputc((unsigned char)*c < 0x20 || *c == '"' ? ' ' : *c, stream);
    }
}

static void put_value(FILE *stream, double value)
{
    fprintf(stream, "\t%s", isfinite(value) ? number_text(value) : "NaN");
}

static size_t bar_series(const figure *f)
{
    size_t bars = 0;
    for (size_t i = 0; i < f->series_count; i++) {
        bars += f->series[i].style == FIGURE_BAR && f->series[i].count > 0;
    }
    return bars;
}

/* Bars of one category share 0.8 of the room between two categories. */
static double bar_width(const figure *f)
{
    const size_t bars = bar_series(f);
    return bars > 0 ? 0.8 / (double)bars : 0.8;
}

double figure_bar_shift(const figure *f, size_t series)
{
    if (f->series[series].style != FIGURE_BAR) {
        return 0.0;
    }
    size_t before = 0;
    for (size_t i = 0; i < series; i++) {
        before += f->series[i].style == FIGURE_BAR && f->series[i].count > 0;
    }
    return ((double)before - 0.5 * ((double)bar_series(f) - 1.0)) * bar_width(f);
}

static void put_row(FILE *stream, const figure *f, size_t series, const figure_span *x,
                    const figure_span *y)
{
    const figure_row *row = &f->series[series];
    const double shift = figure_bar_shift(f, series);
    for (size_t i = row->first; i < row->first + row->count; i++) {
        const figure_value *v = &f->values[i];
        put_plain(stream, row->name);
        put_value(stream, figure_place(v->x, &f->x, x) + shift);
        put_value(stream, figure_place(v->y, &f->y, y));
        put_value(stream, v->low);
        put_value(stream, v->high);
        fputc('\t', stream);
        put_plain(stream, v->label);
        put_value(stream, v->x);
        put_value(stream, v->y);
        fputc('\n', stream);
    }
}

static void put_data(FILE *stream, const figure *f, const figure_span *x, const figure_span *y)
{
    fputs("# ", stream);
    put_plain(stream, f->title);
    fprintf(stream, "\n# x: %s\n# y: %s\n", f->x.label, f->y.label);
    fputs("# columns: series, x and y as drawn, low, high, label, x, y\n", stream);
    for (size_t i = 0; i < f->series_count; i++) {
        if (f->series[i].count > 0) {
            /* two empty lines part what gnuplot calls an index */
            fputs("\n\n", stream);
            put_row(stream, f, i, x, y);
        }
    }
}

/* ---- Script -------------------------------------------------------------------------------- */

/* Okabe and Ito's colours without yellow, which is too light for lines, and two greys. */
static const char *const colours[] = {"#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                      "#E69F00", "#56B4E9", "#666666", "#AAAAAA"};
static const int marks[] = {7, 5, 9, 13, 11, 4, 6, 8, 12};

#define COLOUR_COUNT (sizeof colours / sizeof colours[0])

/* In single quotes, where gnuplot knows no escape but the doubled quote. */
void figure_put_quoted(FILE *stream, const char *text)
{
    fputc('\'', stream);
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\'') {
            fputc('\'', stream);
        }
        fputc((unsigned char)*c < 0x20 ? ' ' : *c, stream);
    }
    fputc('\'', stream);
}

static void put_zero_tick(FILE *stream, char letter, const figure_axis *axis,
                          const figure_span *span)
{
    fprintf(stream, "set %ctics add (", letter);
    figure_put_quoted(stream, axis->zero);
    fprintf(stream, " %s)\n", number_text(span->zero));
    /* two strokes across the axis: its scale is broken there */
    const double at = 0.5 * log10(span->zero / span->low * span->first / span->low) /
                      log10(span->high / span->low);
    for (int stroke = -1; stroke <= 1; stroke += 2) {
        const double along = at + 0.006 * stroke;
        if (letter == 'x') {
            fprintf(stream, "set arrow from graph %.4f, -0.016 to graph %.4f, 0.016", along - 0.005,
                    along + 0.005);
        } else {
            fprintf(stream, "set arrow from graph -0.012, %.4f to graph 0.012, %.4f", along - 0.007,
                    along + 0.007);
        }
        fputs(" nohead lw 0.75 front\n", stream);
    }
}

/* 1, 2 and 5 times powers of ten, where there are too few powers of ten. */
static void put_fine_ticks(FILE *stream, char letter, const figure_axis *axis,
                           const figure_span *span)
{
    static const double heads[] = {1.0, 2.0, 5.0};
    const double low = isfinite(span->zero) ? span->first * 0.999 : span->low;
    const char *between = "";
    fprintf(stream, "set format %c '%%g'\nset m%ctics 1\nset %ctics (", letter, letter, letter);
    for (int power = (int)floor(log10(low)); power <= (int)ceil(log10(span->high)); power++) {
        for (size_t i = 0; i < 3; i++) {
            const double tick = heads[i] * pow(10.0, power);
            if (tick >= low && tick <= span->high) {
                fprintf(stream, "%s%.6g", between, tick);
                between = ", ";
            }
        }
    }
    fputs(")\n", stream);
    if (isfinite(span->zero)) {
        put_zero_tick(stream, letter, axis, span);
    }
}

static void put_axis(FILE *stream, char letter, const figure_axis *axis, const figure_span *span)
{
    fprintf(stream, "set %clabel ", letter);
    figure_put_quoted(stream, axis->label);
    fputs(" noenhanced\n", stream);
    if (!axis->logarithmic) {
        if (axis->from_zero) {
            fprintf(stream, "set %crange [0:%s]\n", letter, number_text(1.15 * span->high));
        }
        return;
    }
    fprintf(stream, "set logscale %c\nset %crange [%s:%s]\n", letter, letter,
            number_text(span->low), number_text(span->high));
    if (log10(span->high / (isfinite(span->zero) ? span->first : span->low)) < FINE_DECADES) {
        put_fine_ticks(stream, letter, axis, span);
        return;
    }
    /* powers of ten get their plain names where these are short */
    const bool plain = span->low >= 0.9e-3 && span->high <= 1.1e4;
    const double decades = log10(span->high / span->low);
    const double apart = decades > 10.5 ? 100.0 : 10.0;
    fprintf(stream, "set format %c '%s'\nset m%ctics %d\n", letter, plain ? "%g" : "10^{%L}",
            letter, decades > 5.5 || isfinite(span->zero) ? 1 : 10);
    if (isfinite(span->zero)) {
        /* no power of ten comes near the place of what has none */
        fprintf(stream, "set %ctics %s,%g\n", letter, number_text(span->first), apart);
        put_zero_tick(stream, letter, axis, span);
    } else {
        /* from a power of ten: left alone, gnuplot may begin at five times one */
        const double first = pow(10.0, ceil(log10(span->low) - 1e-9));
        fprintf(stream, "set %ctics %s,%g\n", letter, number_text(first), apart);
    }
}

static void put_categories(FILE *stream, const figure *f)
{
    if (f->category_count == 0) {
        return;
    }
    fprintf(stream, "set xrange [-0.6:%g]\nset xtics (", (double)f->category_count - 0.4);
    for (size_t i = 0; i < f->category_count; i++) {
        fputs(i > 0 ? ", " : "", stream);
        figure_put_quoted(stream, f->categories[i]);
        fprintf(stream, " %zu", i);
    }
    fprintf(stream, ") noenhanced nomirror%s scale 0\n",
            f->category_count > 3 ? " rotate by 30 right" : "");
}

static bool has_whiskers(const figure *f, const figure_row *row)
{
    for (size_t i = row->first; i < row->first + row->count; i++) {
        if (isfinite(f->values[i].low)) {
            return true;
        }
    }
    return false;
}

/* One series as an element of `plot`. */
static void put_element(FILE *stream, const figure *f, const figure_row *row, size_t index,
                        size_t number)
{
    const char *colour = colours[number % COLOUR_COUNT];
    const int mark = marks[number % COLOUR_COUNT];
    fprintf(stream, "    data index %zu using 2:3", index);
    switch (row->style) {
    case FIGURE_LINE:
        fprintf(stream, " with linespoints lc rgb '%s' lw 1.5 pt %d ps 0.7", colour, mark);
        break;
    case FIGURE_CURVE:
        fprintf(stream, " with lines lc rgb '%s' lw 1 dt 2", colour);
        break;
    case FIGURE_MARK:
        fprintf(stream, " with points lc rgb '%s' pt %d ps 1.2", colour, mark);
        break;
    default:
        fprintf(stream, ":(%g) with boxes lc rgb '%s' fs solid 0.85 noborder", bar_width(f) * 0.9,
                colour);
        break;
    }
    fputs(" title ", stream);
    figure_put_quoted(stream, row->name);
    if (has_whiskers(f, row)) {
        fprintf(stream,
                ", \\\n    data index %zu using 2:4:(0):($5-$4) with vectors heads size graph "
                "0.005,90 fixed lc rgb '%s' lw 0.75 notitle",
                index, row->style == FIGURE_BAR ? "#333333" : colour);
    }
}

static void put_plot(FILE *stream, const figure *f, const figure_span *x, const figure_span *y)
{
    figure_put_labels(stream, f, x, y, colours, COLOUR_COUNT);
    fputs("plot \\\n", stream);
    size_t index = 0;
    for (size_t i = 0; i < f->series_count; i++) {
        if (f->series[i].count == 0) {
            continue;
        }
        fputs(index > 0 ? ", \\\n" : "", stream);
        put_element(stream, f, &f->series[i], index, f->series[i].colour);
        index++;
    }
    fputc('\n', stream);
}

static void put_script(FILE *stream, const figure *f, const figure_span *x, const figure_span *y)
{
    fputs("# ", stream);
    put_plain(stream, f->title);
    fprintf(stream, "\n# in this folder: gnuplot %s.gp\n", f->name);
    fputs("reset\nset encoding utf8\ndata = ", stream);
    fprintf(stream, "'%s.tsv'\n", f->name);
    fputs("set datafile separator \"\\t\"\nset datafile missing 'NaN'\n"
          "set border 3 lw 0.75\nset tics nomirror out scale 0.6,0.3\n"
          "set key outside top center horizontal Left reverse noenhanced samplen 1.6 width 1.5\n",
          stream);
    put_axis(stream, 'x', &f->x, x);
    put_axis(stream, 'y', &f->y, y);
    put_categories(stream, f);
    if (f->horizontal_lines) {
        fputs("set grid ytics lc rgb '#DDDDDD' lw 0.5 lt 1\n", stream);
    }
    if (isfinite(f->rule_y)) {
        fprintf(stream,
                "set arrow from graph 0, first %s to graph 1, first %s nohead lc rgb '#000000' "
                "lw 0.75 dt 2 back\n",
                number_text(f->rule_y), number_text(f->rule_y));
    }
    if (isfinite(f->mark_x)) {
        fprintf(stream,
                "set arrow from first %s, graph 0 to first %s, graph 1 nohead lc rgb '#666666' "
                "lw 0.75 dt 3 back\n",
                number_text(f->mark_x), number_text(f->mark_x));
    }
    fprintf(stream,
            "\nset terminal svg size 340,255 dynamic enhanced font 'Arial,9' background "
            "rgb 'white'\nset output '%s.svg'\nlabel_font = 'Arial,7'\n",
            f->name);
    put_plot(stream, f, x, y);
    fprintf(stream,
            "\nset terminal pngcairo size 1360,1020 enhanced font 'Sans,9' fontscale 3 "
            "linewidth 4 pointscale 3.6\nset output '%s.png'\nlabel_font = 'Sans,7'\n",
            f->name);
    put_plot(stream, f, x, y);
    fputs("set output\n", stream);
}

/* ---- Files ------------------------------------------------------------------------------- */

static int write_file(const figure *f, const char *command, const char *directory,
                      const char *extension,
                      void (*put)(FILE *, const figure *, const figure_span *, const figure_span *))
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s.%s", directory, f->name, extension) < 0) {
        complain("%s: out of memory", command);
        return EXIT_CODE_FAILED;
    }
    const figure_span x = span_of(f, false);
    const figure_span y = span_of(f, true);
    errno = 0;
    FILE *stream = fopen(path, "w");
    bool good = stream != NULL;
    if (good) {
        put(stream, f, &x, &y);
        good = ferror(stream) == 0;
        good = fclose(stream) == 0 && good;
    }
    if (!good) {
        complain("%s: cannot write %s: %s", command, path, strerror(errno != 0 ? errno : EIO));
    }
    free(path);
    return good ? EXIT_CODE_OK : EXIT_CODE_FAILED;
}

int figure_write(const figure *f, const char *command, const char *directory)
{
    if (f->failed) {
        complain("%s: the figure %s has more than %d series, or memory ran out", command, f->name,
                 FIGURE_SERIES_MAX);
        return EXIT_CODE_FAILED;
    }
    const int code = write_file(f, command, directory, "tsv", put_data);
    return code != EXIT_CODE_OK ? code : write_file(f, command, directory, "gp", put_script);
}

/* ---- Pictures ------------------------------------------------------------------------------ */

#define EXIT_NO_GNUPLOT 127

/* Waits for gnuplot, and ends it when a stop is asked for: a signal need not reach it, and some
 * wait for something that does not come. False: it could not be waited for. */
static bool await(pid_t child, bool (*stop_asked)(void), int *status)
{
    static const struct timespec moment = {.tv_nsec = 5000000};
    bool ended = false;
    for (;;) {
        const pid_t got = waitpid(child, status, stop_asked != NULL ? WNOHANG : 0);
        if (got > 0 || (got < 0 && errno != EINTR)) {
            return got > 0;
        }
        if (got == 0 && !ended && stop_asked()) {
            kill(child, SIGKILL);
            ended = true;
        } else if (got == 0) {
            nanosleep(&moment, NULL);
        }
    }
}

bool figure_draw(const figure *f, const char *command, const char *directory,
                 bool (*stop_asked)(void), bool *absent)
{
    char script[FIGURE_NAME_MAX + 8];
    snprintf(script, sizeof script, "%s.gp", f->name);
    char name[] = "gnuplot";
    char plain[] = "--default-settings"; /* nobody's start-up file */
    char *const arguments[] = {name, plain, script, NULL};
    *absent = false;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        const int nowhere = open("/dev/null", O_RDWR);
        if (chdir(directory) != 0 || nowhere < 0) {
            _exit(EXIT_CODE_FAILED);
        }
        dup2(nowhere, STDIN_FILENO);
        dup2(nowhere, STDOUT_FILENO);
        execvp(name, arguments);
        _exit(EXIT_NO_GNUPLOT);
    }
    int status = 0;
    const bool ended = child > 0 && await(child, stop_asked, &status);
    if (ended && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return true;
    }
    *absent = ended && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_GNUPLOT;
    if (!*absent && !(stop_asked != NULL && stop_asked())) {
        complain("%s: gnuplot could not draw %s/%s; its messages are above", command, directory,
                 script);
    }
    return false;
}
