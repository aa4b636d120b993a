/* sonata_disk - an HDF5 file whose writes cannot fail in HDF5's sight.
 *
 * HDF5 1.10 does not survive a full disk: the file it could not close stays open, and the program
 * crashes when it ends. So the file is written through a driver of our own, which keeps the first
 * error, drops what comes after and lets HDF5 go on to a clean close. Whoever writes asks for the
 * error.
 */
#ifndef SALTUS_SONATA_DISK_H
#define SALTUS_SONATA_DISK_H

#include <hdf5.h>
#include <stdbool.h>

/* One file that is being written. Its address must not change while the file is open. */
typedef struct sonata_disk {
    int fd;
    int error;    /* errno of the first failure; 0 */
    hid_t driver; /* registered with HDF5 */
    hid_t file;   /* the HDF5 file */
} sonata_disk;

/* Make an empty file and open it with HDF5; false on failure, errno in disk->error (0: HDF5 itself
 * failed). sl_sonata_disk_close is needed in every case. */
bool sl_sonata_disk_create(sonata_disk *disk, const char *path);
/* Close; every object of the file must be closed before. Returns the errno of the first failure
 * of all, or 0. */
int sl_sonata_disk_close(sonata_disk *disk);

#endif /* SALTUS_SONATA_DISK_H */
