/* saltus/learning.h - recognition of images by a network that learns without labels.
 *
 * An experiment may say how images are shown to its network (section `learning`,
 * docs/learning.md): each pixel is a Poisson source whose rate is the pixel's brightness; after
 * training, every output neuron is given the class of images that it answered most, and an image
 * is taken for the class whose neurons answer it most (Diehl & Cook 2015, Front. Comput. Neurosci.
 * 9:99). The description is here, with the parts of the procedure that are plain arithmetic;
 * `saltus learn` does the rest with saltus_simulation_set_rates.
 */
#ifndef SALTUS_LEARNING_H
#define SALTUS_LEARNING_H

#include "saltus/base.h"
#include "saltus/experiment.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Description ------------------------------------------------------------------- */

/** Images [first, first + count) of a file with their labels. */
typedef struct saltus_image_set {
    const char *images, *labels; /**< IDX files (saltus/idx.h); copied */
    uint32_t first;
    uint32_t count; /**< 0: all from `first` on */
} saltus_image_set;

/** In which order an epoch shows its images. */
typedef enum saltus_image_order {
    SALTUS_IMAGE_ORDER_SHUFFLED, /**< another order each epoch, from the experiment's seed */
    SALTUS_IMAGE_ORDER_FILE
} saltus_image_order;

/** How a network is taught and tested. */
typedef struct saltus_learning_spec {
    uint32_t struct_size;
    uint32_t input;  /**< rate_source population, a source a pixel */
    uint32_t output; /**< lif_delta population whose spikes are counted */
    saltus_image_set train;
    saltus_image_set label; /**< files NULL: those of `train` */
    saltus_image_set test;
    uint32_t epochs; /**< how often the training images are shown, >= 1; default 1 */
    saltus_image_order order;
    double presentation_ms; /**< > 0; default 350 */
    double rest_ms;         /**< all rates 0 after each image, >= 0; default 150 */
    double rate_Hz;         /**< of a pixel of 255; default 63.75 */
    double total_rate_Hz;   /**< rates are scaled so that their sum is this, whatever the image; 0
                                 (default): they are not */
    uint32_t least_spikes;  /**< an image answered by fewer spikes is shown again; default 0 */
    double rate_step_Hz;    /**< with rates higher by this (of a pixel of 255); default 32 */
    uint32_t most_repeats;  /**< at most so often; default 7 */
    double normalise_mV;    /**< before the first and after every training image the weights of each
                                 plastic projection onto `output` are multiplied so that they sum to
                                 this at each neuron; 0 (default): they are not */
    uint32_t window;        /**< images of one figure of running accuracy, >= 1; default 1,000 */
} saltus_learning_spec;

SALTUS_API saltus_learning_spec saltus_learning_spec_default(void);

/** Give an experiment, whose populations and projections are added already, this description.
 *  @return SALTUS_OK, SALTUS_E_EXPERIMENT (a value is not allowed), SALTUS_E_ARGUMENT,
 *          SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_experiment_set_learning(saltus_experiment *experiment,
                                                        const saltus_learning_spec *spec,
                                                        saltus_error *error);
/** The experiment's own, with all files named; NULL when it has none. */
SALTUS_API const saltus_learning_spec *
saltus_experiment_learning(const saltus_experiment *experiment);

/* ---- Procedure --------------------------------------------------------------------- */

/** No class: of a neuron that answered nothing, of an image that nothing answered. */
#define SALTUS_NO_CLASS UINT32_MAX

/** The order of an epoch, numbers 0 to count - 1: a function of (seed, epoch, count). */
SALTUS_API void saltus_learning_shuffle(uint64_t seed, uint32_t epoch, uint32_t *order,
                                        uint32_t count);

/** The rates of an image's pixels. `rate_Hz` is that of a pixel of 255. */
SALTUS_API void saltus_learning_rates(const uint8_t *pixels, uint32_t count, double rate_Hz,
                                      double total_rate_Hz, double *rates_Hz);

/** Each neuron's class: the one whose images it answered with most spikes on average, the first of
 *  equals.
 *  @param responses  [neurons * classes] spikes of each neuron to all images of each class
 *  @param shown      [classes] images of each class
 *  @param class_of   [neurons] out */
SALTUS_API void saltus_learning_assign(const uint64_t *responses, const uint64_t *shown,
                                       uint32_t neurons, uint32_t classes, uint32_t *class_of);

/** The class whose neurons answered an image with most spikes on average, the first of equals;
 *  SALTUS_NO_CLASS when none did. `spikes` are those of each neuron. At most 256 classes. */
SALTUS_API uint32_t saltus_learning_vote(const uint32_t *spikes, const uint32_t *class_of,
                                         uint32_t neurons, uint32_t classes);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_LEARNING_H */
