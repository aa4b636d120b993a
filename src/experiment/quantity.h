/* quantity - a number with its unit, as it stands in an experiment file or a cost table. */
#ifndef SALTUS_QUANTITY_H
#define SALTUS_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>

/* What is measured; the base unit is the one of the public interface. */
typedef enum quantity_kind {
    QUANTITY_TIME,        /* ms */
    QUANTITY_VOLTAGE,     /* mV */
    QUANTITY_CURRENT,     /* pA */
    QUANTITY_CAPACITANCE, /* pF */
    QUANTITY_CONDUCTANCE, /* nS */
    QUANTITY_RATE,        /* Hz */
    QUANTITY_ENERGY,      /* J */
    QUANTITY_POWER,       /* W */
    QUANTITY_LENGTH,      /* nm: of a process */
    QUANTITY_DISTANCE,    /* um: of neurons */
    QUANTITY_SPEED,       /* m/s */
    QUANTITY_NUMBER       /* no unit */
} quantity_kind;

/* Read "1.5 ms" into the base unit of `kind`, rounded once. False with a sentence in `problem`
 * when it is not such a quantity. */
bool sl_quantity_parse(const char *text, quantity_kind kind, double *value, char *problem,
                       size_t problem_size);

#endif /* SALTUS_QUANTITY_H */
