/* saltus/idx.h - images and labels from IDX files, the format of MNIST and Fashion-MNIST.
 *
 *     saltus_idx *images = NULL;
 *     status = saltus_idx_read("train-images-idx3-ubyte.gz", &images, &error);
 *     const uint8_t *first = saltus_idx_item(images, 0); // 28 x 28 bytes, row by row
 *     saltus_idx_destroy(images);
 *
 * An IDX file is a magic number (two zero bytes, the type of its elements, the number of
 * dimensions), the dimensions as big-endian 32-bit numbers, and the elements, the last dimension
 * fastest (LeCun, Cortes & Burges, "The MNIST database"). Read are files of unsigned bytes with 1
 * to 4 dimensions, as they are or compressed by gzip. The first dimension counts the items: images,
 * or labels.
 */
#ifndef SALTUS_IDX_H
#define SALTUS_IDX_H

#include "saltus/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** An IDX file in memory. Opaque, const after reading. */
typedef struct saltus_idx saltus_idx;

/**
 * Read a file whole; its length must be what its header says.
 *
 * @param out  owned by the caller; NULL on failure
 * @return SALTUS_OK, SALTUS_E_FILE (cannot be read, is no IDX file, is cut short or too long),
 *         SALTUS_E_UNSUPPORTED (elements that are no unsigned bytes), SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_idx_read(const char *path, saltus_idx **out, saltus_error *error);
/** NULL is allowed. */
SALTUS_API void saltus_idx_destroy(saltus_idx *idx);

/** Are these images and their labels: items of two dimensions, one label for each?
 *  @return SALTUS_OK, or SALTUS_E_FILE with what does not fit */
SALTUS_API saltus_status saltus_idx_match(const saltus_idx *images, const saltus_idx *labels,
                                          saltus_error *error);

/** Number of dimensions, 1 to 4, and their sizes; 1 beyond the last one. */
SALTUS_API uint32_t saltus_idx_dimension_count(const saltus_idx *idx);
SALTUS_API uint32_t saltus_idx_dimension(const saltus_idx *idx, uint32_t dimension);
/** Number of items (the first dimension), and bytes of each. */
SALTUS_API uint32_t saltus_idx_count(const saltus_idx *idx);
SALTUS_API size_t saltus_idx_item_size(const saltus_idx *idx);
/** The bytes of item `index`, which must be below the count. */
SALTUS_API const uint8_t *saltus_idx_item(const saltus_idx *idx, uint32_t index);
/** CRC-32 of header and elements, to tell files apart. */
SALTUS_API uint32_t saltus_idx_checksum(const saltus_idx *idx);
/** The path it was read from. */
SALTUS_API const char *saltus_idx_path(const saltus_idx *idx);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_IDX_H */
