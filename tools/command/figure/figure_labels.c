/* figure_labels - labels beside points, so that none covers a point or another label.
 *
 * A label tries the four corners of its point, in turn; one that finds no free corner is left out:
 * the data file has it. Sizes are those of the scripts' label font in shares of the axes.
 */
#include "figure/figure_labels.h"

#include <math.h>
#include <string.h>

#define LETTER_WIDTH 0.0150
#define LINE_HEIGHT  0.043
#define AWAY_X       0.012
#define AWAY_Y       0.008
#define POINT_SIZE   0.011
#define BOXES_MAX    4096

/* In shares of the axes, from the lower left corner. */
typedef struct label_box {
    double left, right, bottom, top;
} label_box;

typedef struct label_boxes {
    label_box of[BOXES_MAX];
    size_t count;
} label_boxes;

static double share(double value, const figure_axis *axis, const figure_span *span)
{
    return axis->logarithmic ? log10(value / span->low) / log10(span->high / span->low)
                             : (value - span->low) / (span->high - span->low);
}

static bool is_free(const label_boxes *taken, const label_box *box)
{
    if (box->left < 0.0 || box->right > 1.06 || box->bottom < 0.0 || box->top > 1.04) {
        return false;
    }
    for (size_t i = 0; i < taken->count; i++) {
        const label_box *other = &taken->of[i];
        if (box->left < other->right && other->left < box->right && box->bottom < other->top &&
            other->bottom < box->top) {
            return false;
        }
    }
    return true;
}

static void take(label_boxes *taken, label_box box)
{
    /* comparisons with what is not a number are false: such a box is in nobody's way */
    if (taken->count < BOXES_MAX) {
        taken->of[taken->count++] = box;
    }
}

/* A label above a bar or its whisker. */
static void put_above(FILE *stream, const figure_value *v, double shift)
{
    fprintf(stream, "set label ");
    figure_put_quoted(stream, v->label);
    fprintf(stream,
            " at first %.10g, first %.10g center norotate offset 0,0.45 font label_font tc rgb "
            "'#333333' "
            "noenhanced\n",
            v->x + shift, isfinite(v->high) ? v->high : v->y);
}

static void put_beside(FILE *stream, const figure_value *v, double x, double y, const char *colour,
                       label_boxes *taken)
{
    const double width = LETTER_WIDTH * (double)strlen(v->label);
    for (int corner = 0; corner < 4; corner++) {
        const bool right = corner < 2;
        const bool above = corner % 2 == 0;
        label_box box;
        box.left = right ? x + AWAY_X : x - AWAY_X - width;
        box.right = box.left + width;
        box.bottom = above ? y + AWAY_Y : y - AWAY_Y - LINE_HEIGHT;
        box.top = box.bottom + LINE_HEIGHT;
        if (!is_free(taken, &box)) {
            continue;
        }
        take(taken, box);
        fputs("set label ", stream);
        figure_put_quoted(stream, v->label);
        fprintf(stream,
                " at graph %.4f, graph %.4f %s font label_font tc rgb '%s' noenhanced front\n",
                right ? box.left : box.right, 0.5 * (box.bottom + box.top),
                right ? "left" : "right", colour);
        return;
    }
}

#define LINE_SAMPLES 16

/* Points and lines are in the way of labels. */
static void take_points(const figure *f, const figure_span *x, const figure_span *y,
                        label_boxes *taken)
{
    for (size_t s = 0; s < f->series_count; s++) {
        const figure_row *row = &f->series[s];
        double last_x = (double)NAN;
        double last_y = (double)NAN;
        for (size_t i = row->first; i < row->first + row->count; i++) {
            const double at_x = share(figure_place(f->values[i].x, &f->x, x), &f->x, x);
            const double at_y = share(figure_place(f->values[i].y, &f->y, y), &f->y, y);
            const double size = row->style == FIGURE_MARK ? 1.5 * POINT_SIZE : POINT_SIZE;
            take(taken, (label_box){at_x - size, at_x + size, at_y - size, at_y + size});
            for (int k = 1; k < LINE_SAMPLES && row->style == FIGURE_LINE; k++) {
                const double part = (double)k / LINE_SAMPLES;
                const double on_x = last_x + part * (at_x - last_x);
                const double on_y = last_y + part * (at_y - last_y);
                take(taken, (label_box){on_x, on_x, on_y, on_y});
            }
            last_x = at_x;
            last_y = at_y;
        }
    }
}

void figure_put_labels(FILE *stream, const figure *f, const figure_span *x, const figure_span *y,
                       const char *const *colours, size_t colour_count)
{
    label_boxes taken = {.count = 0};
    fputs("unset label\n", stream);
    take_points(f, x, y, &taken);
    for (size_t s = 0; s < f->series_count; s++) {
        const figure_row *row = &f->series[s];
        const double shift = figure_bar_shift(f, s);
        for (size_t i = row->first; i < row->first + row->count; i++) {
            const figure_value *v = &f->values[i];
            const double at_x = share(figure_place(v->x, &f->x, x), &f->x, x);
            const double at_y = share(figure_place(v->y, &f->y, y), &f->y, y);
            if (v->label[0] == '\0') {
                continue;
            }
            if (row->style == FIGURE_BAR) {
                put_above(stream, v, shift);
            } else if (isfinite(at_x) && isfinite(at_y)) {
                put_beside(stream, v, at_x, at_y, colours[f->series[s].colour % colour_count],
                           &taken);
            }
        }
    }
}
