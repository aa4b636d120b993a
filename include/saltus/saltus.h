/* saltus/saltus.h - everything of the core library. saltus/sonata.h (HDF5) and
 * saltus/graph.h (igraph) are separate. */
#ifndef SALTUS_SALTUS_H
#define SALTUS_SALTUS_H

#include "saltus/accuracy.h"
#include "saltus/base.h"
#include "saltus/catalog.h"
#include "saltus/checkpoint.h"
#include "saltus/cost_model.h"
#include "saltus/encode.h"
#include "saltus/energy.h"
#include "saltus/experiment.h"
#include "saltus/faults.h"
#include "saltus/idx.h"
#include "saltus/learning.h"
#include "saltus/network.h"
#include "saltus/operations.h"
#include "saltus/plasticity.h"
#include "saltus/record.h"
#include "saltus/recordings.h"
#include "saltus/simulation.h"
#include "saltus/space.h"
#include "saltus/topology.h"

#endif /* SALTUS_SALTUS_H */
