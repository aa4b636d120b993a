/* sonata_fixture - a small SONATA circuit in a folder of its own, for tests to load and spoil.
 *
 *   cortex   nodes 0 to 4 of types 10, 20, 10, 20, 10 (nest:iaf_psc_delta "slow", nrn:IntFire1)
 *   input    virtual nodes 0, 1
 *   edges    input_to_cortex (weights and delays by type), cortex_to_cortex (by edge)
 */
#ifndef SALTUS_SONATA_FIXTURE_H
#define SALTUS_SONATA_FIXTURE_H

#include <check.h>
#include <hdf5.h>

#include "saltus/saltus.h"
#include "saltus/sonata.h"

/* Make a folder with the circuit (HDF5's error printing goes off); remove it. */
void fixture_setup(void);
void fixture_teardown(void);
/* Path of a file in the folder; valid until the fourth call after this one. */
const char *fixture_path(const char *name);
/* Write a text file. */
void fixture_text(const char *name, const char *text);
/* Write a circuit_config.json of which one of the four lines can be another (NULL: as it is). */
void fixture_circuit(const char *components, const char *nodes, const char *edges);

/* A new HDF5 file in the folder; end it with H5Fclose. */
hid_t fixture_hdf5(const char *name);
/* An HDF5 file of the folder, to be changed. */
hid_t fixture_open(const char *name);
/* Write a dataset (groups on the way are made; one that is there is replaced). */
void fixture_integers(hid_t file, const char *path, const int64_t *values, size_t count);
void fixture_unsigned(hid_t file, const char *path, const uint64_t *values, size_t count);
void fixture_doubles(hid_t file, const char *path, const double *values, size_t count);
/* Write a text attribute of variable length. */
void fixture_attribute(hid_t file, const char *object, const char *name, const char *text);
/* Remove an object. */
void fixture_remove(const char *name, const char *object);

/* Load simulation_config.json, which must succeed; the caller destroys the experiment. */
saltus_experiment *fixture_load(void);
/* Loading must fail with this status, in this file (NULL: any), with these words. */
void fixture_fails(saltus_status status, const char *file, const char *words);
/* No HDF5 object is open. */
void fixture_no_handles(void);

/* The folder of the shared data, or NULL: says loudly that the test is skipped. */
const char *fixture_shared_data(const char *name);

#endif /* SALTUS_SONATA_FIXTURE_H */
