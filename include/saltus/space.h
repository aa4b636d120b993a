/* saltus/space.h - where neurons are, and what depends on the distance between them.
 *
 * Lengths are in micrometres. docs/topology.md states what is drawn and how distances are taken.
 */
#ifndef SALTUS_SPACE_H
#define SALTUS_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "saltus/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How the neurons of a population get their positions. */
typedef enum saltus_positions_kind {
    SALTUS_POSITIONS_NONE,    /**< they have none (default) */
    SALTUS_POSITIONS_GRID,    /**< in the middle of the cells of a grid, x running fastest */
    SALTUS_POSITIONS_UNIFORM, /**< anywhere in a box, each from a stream of its own */
    SALTUS_POSITIONS_LIST     /**< as listed */
} saltus_positions_kind;

/** Positions of a population in 1, 2 or 3 dimensions; fields of other kinds are ignored. */
typedef struct saltus_positions_spec {
    saltus_positions_kind kind;
    uint32_t dimensions;  /**< 1 to 3; entries beyond are ignored */
    uint32_t shape[3];    /**< grid: cells along x, y, z; their product is the size */
    double spacing_um[3]; /**< grid: edges of a cell */
    double origin_um[3];  /**< corner of the box with the smallest coordinates; default 0 */
    double box_um[3];     /**< uniform, and a periodic list: edges of the box */
    bool periodic;        /**< the box repeats on all sides; distances are the shortest ones */
    const double *coordinates_um; /**< list: [count][dimensions]; borrowed, copied */
    size_t count;                 /**< list: positions, as many as neurons */
} saltus_positions_spec;

/** How something falls off with the distance d. */
typedef enum saltus_profile_kind {
    SALTUS_PROFILE_NONE,        /**< it does not depend on distance (default) */
    SALTUS_PROFILE_CONSTANT,    /**< 1 */
    SALTUS_PROFILE_LINEAR,      /**< 1 - d / width, at least 0 */
    SALTUS_PROFILE_EXPONENTIAL, /**< exp(-d / width) */
    SALTUS_PROFILE_GAUSSIAN     /**< exp(-d^2 / (2 width^2)) */
} saltus_profile_kind;

/** A function of distance that is 1 at no distance, never grows, and is 0 beyond a cutoff. */
typedef struct saltus_distance_profile {
    saltus_profile_kind kind;
    double width_um;  /**< above 0; a constant profile has none */
    double cutoff_um; /**< above 0; default INFINITY; a constant profile needs one */
} saltus_distance_profile;

/** The function at a distance of 0 or more. */
SALTUS_API double saltus_distance_profile_at(const saltus_distance_profile *profile,
                                             double distance_um);

/** Corner and edges of the box that holds the positions: as described, or the smallest one for a
 * list that is not periodic. Entries beyond the dimensions are 0. */
SALTUS_API void saltus_positions_extent(const saltus_positions_spec *positions, double origin_um[3],
                                        double edges_um[3]);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_SPACE_H */
