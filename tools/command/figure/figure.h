/* figure - a plot for a paper: its data, the gnuplot script that draws it, and the pictures.
 *
 * NAME.tsv holds the data, NAME.gp draws them and names them relative to its own folder, NAME.svg
 * and NAME.png are made by gnuplot when there is one. All figures are one column wide (90 mm), use
 * the colours of Okabe and Ito (Color Universal Design, 2008), which colour-blind readers tell
 * apart, and a different mark for each series; the legend stands above the axes.
 *
 *     figure f;
 *     figure_begin(&f, "error", "wall time against spike-time error");
 *     f.x = (figure_axis){.label = "mean shift (ms)", .logarithmic = true, .zero = "exact"};
 *     f.y = (figure_axis){.label = "wall time (s)", .logarithmic = true};
 *     figure_series(&f, "grid", FIGURE_LINE);
 *     figure_point(&f, 0.05, 1.2, "0.1 ms");
 *     code = figure_write(&f, "compare", directory);
 *     figure_clear(&f);
 */
#ifndef SALTUS_TOOLS_FIGURE_H
#define SALTUS_TOOLS_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#define FIGURE_NAME_MAX   48
#define FIGURE_LABEL_MAX  32
#define FIGURE_SERIES_MAX 16

typedef enum figure_style {
    FIGURE_LINE,  /* points joined by a line, labels beside them */
    FIGURE_CURVE, /* a line without points: a model, a fit */
    FIGURE_MARK,  /* points alone, larger */
    FIGURE_BAR    /* one bar a category, beside those of the other series */
} figure_style;

typedef struct figure_axis {
    const char *label; /* with its unit; borrowed */
    bool logarithmic;
    bool from_zero; /* a linear axis begins at 0, as bars want it */
    /* on a logarithmic axis: what stands at the place, a decade beyond the smallest positive value,
     * where values that are not positive are drawn; NULL: they are left out */
    const char *zero;
} figure_axis;

typedef struct figure_value {
    double x, y;      /* bars: x is the number of the category */
    double low, high; /* whisker; NaN: none */
    char label[FIGURE_LABEL_MAX];
} figure_value;

typedef struct figure_row {
    char name[FIGURE_NAME_MAX];
    figure_style style;
    size_t colour;       /* number of the series whose colour it has */
    size_t first, count; /* of the values */
} figure_row;

typedef struct figure {
    const char *name;  /* of the files, without extension; borrowed */
    const char *title; /* stands in the files, not in the picture; borrowed */
    figure_axis x, y;
    bool horizontal_lines;         /* for bars: a thin grid to read values by */
    const char *const *categories; /* bars: names along x; borrowed */
    size_t category_count;
    double rule_y; /* a dashed horizontal line across; NaN: none */
    double mark_x; /* a dotted vertical line, a crossover; NaN: none */

    figure_row series[FIGURE_SERIES_MAX];
    size_t series_count;
    figure_value *values; /* owned */
    size_t value_count, value_room;
    bool failed; /* memory ran out, or there were too many series; told by figure_write */
} figure;

void figure_begin(figure *f, const char *name, const char *title);
/* The points that follow belong to it. */
void figure_series(figure *f, const char *name, figure_style style);
/* The same in the colour of an earlier series: a model beside what it models. An empty name has no
 * entry in the legend. */
void figure_series_like(figure *f, const char *name, figure_style style, size_t series);
/* `label` may be NULL. Values that are not finite are left out. */
void figure_point(figure *f, double x, double y, const char *label);
void figure_range(figure *f, double x, double y, double low, double high, const char *label);
void figure_clear(figure *f);

/* Whether there is anything to be seen. */
bool figure_empty(const figure *f);
/* NAME.tsv and NAME.gp in `directory`. Returns an exit code; said on stderr what went wrong. */
int figure_write(const figure *f, const char *command, const char *directory);
/* NAME.svg and NAME.png of a figure that is written. False: there is no gnuplot, or it failed (in
 * which case that was said). *absent tells which. When `stop_asked`, which may be NULL, becomes
 * true gnuplot is ended, and the answer is false without a word. */
bool figure_draw(const figure *f, const char *command, const char *directory,
                 bool (*stop_asked)(void), bool *absent);

#endif /* SALTUS_TOOLS_FIGURE_H */
