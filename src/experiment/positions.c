/* positions - the box that holds the neurons of a description. */
#include <math.h>

#include "saltus/space.h"

void saltus_positions_extent(const saltus_positions_spec *spec, double origin_um[3],
                             double edges_um[3])
{
    for (uint32_t i = 0; i < 3; i++) {
        const bool used = i < spec->dimensions && spec->kind != SALTUS_POSITIONS_NONE;
        origin_um[i] = used ? spec->origin_um[i] : 0;
        edges_um[i] = !used                                 ? 0
                      : spec->kind == SALTUS_POSITIONS_GRID ? spec->shape[i] * spec->spacing_um[i]
                                                            : spec->box_um[i];
        if (!used || spec->kind != SALTUS_POSITIONS_LIST || spec->periodic) {
            continue;
        }
        double low = spec->count > 0 ? spec->coordinates_um[i] : 0;
        double high = low;
        for (size_t k = 0; k < spec->count; k++) {
            low = fmin(low, spec->coordinates_um[k * spec->dimensions + i]);
            high = fmax(high, spec->coordinates_um[k * spec->dimensions + i]);
        }
        origin_um[i] = low;
        edges_um[i] = high - low;
    }
}
