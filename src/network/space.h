/* space - positions of neurons and distances between them.
 *
 * A position is a function of the description and the seed alone, so it can be had before anything
 * is built; the network keeps those that were asked for.
 */
#ifndef SALTUS_SPACE_INTERNAL_H
#define SALTUS_SPACE_INTERNAL_H

#include "base/random.h"
#include "saltus/experiment.h"

/* The neurons of one population, in space. */
typedef struct space_place {
    const saltus_positions_spec *spec;
    uint64_t seed;
    uint32_t population; /* index */
} space_place;

/* Edges of the periodic box; infinite where there is none. */
typedef struct space_box {
    double um[3];
} space_box;

/* Position of a neuron in um; coordinates that there are not are 0. */
void sl_space_position(const space_place *place, uint32_t neuron, double position_um[3]);

/* What distances are taken in. */
space_box sl_space_box(const saltus_positions_spec *spec);

/* The shortest distance between two positions. */
double sl_space_distance(const space_box *box, const double a_um[3], const double b_um[3]);

#endif /* SALTUS_SPACE_INTERNAL_H */
