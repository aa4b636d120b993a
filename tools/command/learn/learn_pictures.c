/* learn_pictures - what the neurons have learnt and what they confuse, as pictures.
 *
 * Each picture is NAME.tsv (a matrix), NAME.gp (a gnuplot script that stands on its own) and
 * NAME.png, which gnuplot makes when there is one.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figure/figure.h"
#include "learn/learn.h"
#include "measured/measured_run.h"
#include "shared/command.h"

/* ---- Receptive fields ------------------------------------------------------------------------ */

/* A square of tiles, one a neuron, with a line of nothing between them. */
struct field_sheet {
    uint32_t across, down; /* tiles */
    uint32_t width, height;
    double *mV; /* [width * height]; 0 between tiles */
};

/* The first projection from input to output that learns, else the first one. */
static uint32_t field_projection(const learn_session *s)
{
    const saltus_experiment *e = s->source.experiment;
    const uint32_t count = saltus_experiment_projection_count(e);
    uint32_t any = count;
    for (uint32_t i = count; i-- > 0;) {
        const saltus_projection_info info = saltus_experiment_projection(e, i);
        if (info.source == s->spec.input && info.target == s->spec.output) {
            const bool better = any == count || info.plasticity != NULL ||
                                saltus_experiment_projection(e, any).plasticity == NULL;
            any = better ? i : any;
        }
    }
    return any;
}

static bool sheet_init(field_sheet *sheet, const learn_session *s)
{
    const uint32_t neurons = s->state.neurons;
    sheet->across = (uint32_t)ceil(sqrt(neurons));
    sheet->down = (neurons + sheet->across - 1) / sheet->across;
    sheet->width = sheet->across * (s->columns + 1) - 1;
    sheet->height = sheet->down * (s->rows + 1) - 1;
    const size_t cells = (size_t)sheet->width * sheet->height;
    sheet->mV = calloc(cells, sizeof *sheet->mV);
    return sheet->mV != NULL;
}

static double *sheet_at(const field_sheet *sheet, const learn_session *s, uint32_t neuron,
                        uint32_t pixel)
{
    const uint32_t row = neuron / sheet->across * (s->rows + 1) + pixel / s->columns;
    const uint32_t column = neuron % sheet->across * (s->columns + 1) + pixel % s->columns;
    return &sheet->mV[(size_t)row * sheet->width + column];
}

/* The sum of the weights of each pair. */
static saltus_status sheet_fill(field_sheet *sheet, const learn_session *s, uint32_t projection)
{
    saltus_status status = SALTUS_OK;
    for (uint32_t pixel = 0; status == SALTUS_OK && pixel < s->pixels; pixel++) {
        const uint32_t length = saltus_simulation_row_length(s->simulation, projection, pixel);
        uint32_t *targets = malloc((length + 1) * sizeof *targets);
        double *weights_mV = malloc((length + 1) * sizeof *weights_mV);
        status =
            targets == NULL || weights_mV == NULL
                ? SALTUS_E_MEMORY
                : saltus_simulation_read_row(s->simulation, projection, pixel, targets, weights_mV);
        for (uint32_t k = 0; status == SALTUS_OK && k < length; k++) {
            *sheet_at(sheet, s, targets[k], pixel) += weights_mV[k];
        }
        free(targets);
        free(weights_mV);
    }
    return status;
}

static void put_matrix(FILE *stream, const double *values, uint32_t rows, uint32_t columns)
{
    for (uint32_t row = 0; row < rows; row++) {
        for (uint32_t column = 0; column < columns; column++) {
            const double value = values[(size_t)row * columns + column];
            fprintf(stream, "%s%s", column > 0 ? "\t" : "", number_text(value));
        }
        fputc('\n', stream);
    }
}

static void put_sheet(FILE *stream, const learn_session *s)
{
    put_matrix(stream, s->sheet->mV, s->sheet->height, s->sheet->width);
}

/* Pixels of the picture for a cell: about 1,600 in all, at least 1, at most 12. */
static unsigned zoom_of(const field_sheet *sheet)
{
    const unsigned zoom = 1600 / (sheet->width > sheet->height ? sheet->width : sheet->height);
    return zoom < 1 ? 1 : zoom > 12 ? 12 : zoom;
}

static void put_sheet_script(FILE *stream, const learn_session *s)
{
    const unsigned zoom = zoom_of(s->sheet);
    fprintf(stream,
            "# the weights onto each of %u neurons, as images of %u x %u pixels\n"
            "# in this folder: gnuplot receptive_fields.gp\n"
            "reset\nset terminal pngcairo size %u,%u font 'Sans,14'\n"
            "set output 'receptive_fields.png'\n"
            "set datafile separator \"\\t\"\n"
            "set palette defined (0 '#FFFFFF', 0.3 '#9ECAE1', 0.6 '#3182BD', 1 '#08306B')\n"
            "set cblabel 'weight (mV)'\nset cbrange [0:*]\n"
            "unset key\nunset border\nunset xtics\nunset ytics\n"
            "set xrange [-0.5:%u.5]\nset yrange [%u.5:-0.5]\nset size ratio -1\n"
            "set margins 1, 10, 0, 0\n"
            "plot 'receptive_fields.tsv' matrix with image pixels\nset output\n",
            s->state.neurons, s->columns, s->rows, zoom * s->sheet->width + 170,
            zoom * s->sheet->height + 40, s->sheet->width - 1, s->sheet->height - 1);
}

/* ---- Confusion ------------------------------------------------------------------------------- */

/* Share of the images of each class, in percent. */
static void put_shares(FILE *stream, const learn_session *s)
{
    const uint32_t classes = s->state.classes;
    for (uint32_t label = 0; label < classes; label++) {
        const uint64_t *row = s->state.confusion + (size_t)label * (classes + 1);
        uint64_t all = 0;
        for (uint32_t c = 0; c <= classes; c++) {
            all += row[c];
        }
        for (uint32_t c = 0; c <= classes; c++) {
            const double share = all > 0 ? 100.0 * (double)row[c] / (double)all : 0;
            fprintf(stream, "%s%s", c > 0 ? "\t" : "", number_text(share));
        }
        fputc('\n', stream);
    }
}

static void put_shares_script(FILE *stream, const learn_session *s)
{
    const uint32_t classes = s->state.classes;
    fprintf(stream,
            "# answers to the test images of each class, in percent of these images\n"
            "# in this folder: gnuplot confusion.gp\n"
            "reset\nset terminal pngcairo size 1200,1000 font 'Sans,18'\n"
            "set output 'confusion.png'\nset datafile separator \"\\t\"\n"
            "set palette defined (0 '#FFFFFF', 0.3 '#9ECAE1', 0.6 '#3182BD', 1 '#08306B')\n"
            "set cbrange [0:100]\nset cblabel 'share of the images (%%)'\nunset key\n"
            "set xlabel 'answer'\nset ylabel 'class'\nset tics scale 0\n"
            "set xtics 1 format '%%g'\nset ytics 1\nset xtics add ('none' %u)\n"
            "set xrange [-0.5:%u.5]\nset yrange [%u.5:-0.5]\nset size ratio -1\n"
            "plot 'confusion.tsv' matrix with image pixels",
            classes, classes, classes - 1);
    if (classes <= 20) {
        fputs(", \\\n  '' matrix using 1:2:($3 >= 0.05 ? sprintf('%.1f', $3) : ''):"
              "($3 > 50 ? 0xFFFFFF : 0) with labels font ',13' tc rgb variable",
              stream);
    }
    fputs("\nset output\n", stream);
}

/* ---- Both -------------------------------------------------------------------------------- */

/* NAME.tsv, NAME.gp and NAME.png. */
static int write_picture(const learn_session *s, const char *name, learn_writer *data,
                         learn_writer *script, bool *absent)
{
    char file[FIGURE_NAME_MAX + 8];
    snprintf(file, sizeof file, "%s.tsv", name);
    int code = learn_write_file(s, file, data);
    snprintf(file, sizeof file, "%s.gp", name);
    if (code == EXIT_CODE_OK) {
        code = learn_write_file(s, file, script);
    }
    if (code == EXIT_CODE_OK && !s->request->no_figures && !*absent) {
        figure picture;
        figure_begin(&picture, name, "");
        (void)figure_draw(&picture, "learn", s->partial, measured_stop_asked, absent);
    }
    return code;
}

int learn_write_pictures(learn_session *s)
{
    bool absent = false;
    int code = write_picture(s, "confusion", put_shares, put_shares_script, &absent);
    const uint32_t projection = field_projection(s);
    field_sheet sheet = {0};
    if (code == EXIT_CODE_OK &&
        projection < saltus_experiment_projection_count(s->source.experiment)) {
        const saltus_status status =
            sheet_init(&sheet, s) ? sheet_fill(&sheet, s, projection) : SALTUS_E_MEMORY;
        s->sheet = &sheet;
        code = EXIT_CODE_FAILED;
        if (status == SALTUS_OK) {
            code = write_picture(s, "receptive_fields", put_sheet, put_sheet_script, &absent);
        } else {
            complain("learn: the weights cannot be read: %s", saltus_status_text(status));
        }
        s->sheet = NULL;
    }
    free(sheet.mV);
    if (absent) {
        complain("learn: there is no gnuplot; the data and scripts of the pictures are written");
    }
    return code;
}
