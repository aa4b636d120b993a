/* figure_labels - what the parts of a figure share: ranges of axes, and labels beside points. */
#ifndef SALTUS_TOOLS_FIGURE_LABELS_H
#define SALTUS_TOOLS_FIGURE_LABELS_H

#include <stdio.h>

#include "figure/figure.h"

typedef struct figure_span {
    double low, high; /* of the axis; NaN: gnuplot chooses */
    double first;     /* lowest power of ten with a tick; NaN: any */
    double zero;      /* where values that are not positive go; NaN: nowhere */
} figure_span;

/* Where a value is drawn; NaN: nowhere. */
double figure_place(double value, const figure_axis *axis, const figure_span *span);
/* How far a series of bars stands beside the middle of its category; 0 for other styles. */
double figure_bar_shift(const figure *f, size_t series);
/* In single quotes, where gnuplot knows no escape but the doubled quote. */
void figure_put_quoted(FILE *stream, const char *text);

/* `set label` for every label that finds a free place. */
void figure_put_labels(FILE *stream, const figure *f, const figure_span *x, const figure_span *y,
                       const char *const *colours, size_t colour_count);

#endif /* SALTUS_TOOLS_FIGURE_LABELS_H */
