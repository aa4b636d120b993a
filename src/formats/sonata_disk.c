/* sonata_disk - a file driver for HDF5 that keeps errors to itself.
 *
 * HDF5's own driver for plain files does the same with pread, pwrite and ftruncate, but tells
 * failures. The file is an ordinary HDF5 file. Two sizes belong to a driver: the end of the
 * addresses that HDF5 has given out (eoa) and the end of the file (eof).
 */
#include "formats/sonata_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/sonata_support.h"

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#define DRIVER_VERSION .version = H5FD_CLASS_VERSION, .value = (H5FD_class_value_t)511,
#else
#define DRIVER_VERSION
#endif

/* Larger files than this are not addressed. */
#define LAST_ADDRESS ((haddr_t)INT64_MAX)

/* HDF5's view of an open file; begins with what belongs to HDF5. */
typedef struct driver_file {
    H5FD_t base;
    sonata_disk *disk;
    haddr_t eoa, eof;
} driver_file;

static H5FD_t *driver_open(const char *name, unsigned flags, hid_t access, haddr_t last)
{
    (void)name;
    (void)flags;
    (void)last;
    sonata_disk *const *disk = H5Pget_driver_info(access);
    struct stat status;
    driver_file *file = disk != NULL ? sl_sonata_array(1, sizeof *file) : NULL;
    if (file == NULL) {
        return NULL;
    }
    file->disk = *disk;
    file->eof = fstat(file->disk->fd, &status) == 0 ? (haddr_t)status.st_size : 0;
    return &file->base;
}

static herr_t driver_close(H5FD_t *base)
{
    free(base);
    return 0;
}

static int driver_compare(const H5FD_t *a, const H5FD_t *b)
{
    const int x = ((const driver_file *)a)->disk->fd;
    const int y = ((const driver_file *)b)->disk->fd;
    return (x > y) - (x < y);
}

static herr_t driver_query(const H5FD_t *base, unsigned long *flags)
{
    (void)base;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t driver_get_eoa(const H5FD_t *base, H5FD_mem_t type)
{
    (void)type;
    return ((const driver_file *)base)->eoa;
}

static herr_t driver_set_eoa(H5FD_t *base, H5FD_mem_t type, haddr_t address)
{
    (void)type;
    ((driver_file *)base)->eoa = address;
    return 0;
}

static haddr_t driver_get_eof(const H5FD_t *base, H5FD_mem_t type)
{
    (void)type;
    return ((const driver_file *)base)->eof;
}

/* What lies beyond the end of the file reads as zeros. */
static herr_t driver_read(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address,
                          size_t size, void *buffer)
{
    (void)type;
    (void)transfer;
    const driver_file *file = (const driver_file *)base;
    char *at = buffer;
    while (size > 0) {
        const ssize_t got = pread(file->disk->fd, at, size, (off_t)address);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            memset(at, 0, size);
            break;
        }
        at += got;
        address += (haddr_t)got;
        size -= (size_t)got;
    }
    return 0;
}

static herr_t driver_write(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address,
                           size_t size, const void *buffer)
{
    (void)type;
    (void)transfer;
    driver_file *file = (driver_file *)base;
    const char *at = buffer;
    file->eof = address + size > file->eof ? address + size : file->eof;
    while (size > 0 && file->disk->error == 0) {
        const ssize_t done = pwrite(file->disk->fd, at, size, (off_t)address);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            file->disk->error = done < 0 ? errno : EIO;
            break;
        }
        at += done;
        address += (haddr_t)done;
        size -= (size_t)done;
    }
    return 0;
}

/* Make the file as long as the addresses that were given out. */
static herr_t driver_truncate(H5FD_t *base, hid_t transfer, hbool_t closing)
{
    (void)transfer;
    (void)closing;
    driver_file *file = (driver_file *)base;
    if (file->eoa != file->eof && file->disk->error == 0 &&
        ftruncate(file->disk->fd, (off_t)file->eoa) != 0) {
        file->disk->error = errno;
    }
    file->eof = file->eoa;
    return 0;
}

static const H5FD_class_t driver_class = {DRIVER_VERSION.name = "saltus",
                                          .maxaddr = LAST_ADDRESS,
                                          .fc_degree = H5F_CLOSE_WEAK,
                                          .fapl_size = sizeof(sonata_disk *),
                                          .open = driver_open,
                                          .close = driver_close,
                                          .cmp = driver_compare,
                                          .query = driver_query,
                                          .get_eoa = driver_get_eoa,
                                          .set_eoa = driver_set_eoa,
                                          .get_eof = driver_get_eof,
                                          .read = driver_read,
                                          .write = driver_write,
                                          .truncate = driver_truncate,
                                          .fl_map = H5FD_FLMAP_DICHOTOMY};

bool sl_sonata_disk_create(sonata_disk *disk, const char *path)
{
    *disk = (sonata_disk){.fd = -1, .driver = H5I_INVALID_HID, .file = H5I_INVALID_HID};
    disk->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (disk->fd < 0) {
        disk->error = errno;
        return false;
    }
    disk->driver = H5FDregister(&driver_class);
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (disk->driver >= 0 && access >= 0 && H5Pset_driver(access, disk->driver, &disk) >= 0) {
        disk->file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    }
    if (access >= 0) {
        H5Pclose(access);
    }
    return disk->file >= 0 && disk->error == 0;
}

int sl_sonata_disk_close(sonata_disk *disk)
{
    if (disk->file >= 0 && H5Fclose(disk->file) < 0 && disk->error == 0) {
        disk->error = EIO;
    }
    if (disk->driver >= 0) {
        H5FDunregister(disk->driver);
    }
    if (disk->fd >= 0 && close(disk->fd) != 0 && disk->error == 0) {
        disk->error = errno;
    }
    disk->file = disk->driver = H5I_INVALID_HID;
    disk->fd = -1;
    return disk->error;
}
