/**
 * Where the numbers of a growing tree lie, in bytes from the start of their block: read by the kernels, by their twins and by
 * what fills them in. The plan says what to grow. A leaf that is split leaves a node, and its record goes to its left child.
 */

/** Rows that the tree is grown on; they are in the third order. */
export const GROW_ROWS = 0;
export const GROW_FEATURES = 4;
export const GROW_MAX_LEAVES = 8;
/** Edges from the root to a leaf. */
export const GROW_MAX_DEPTH = 12;
/** 1 to split the leaves of a level before those of the next. */
export const GROW_IS_DEPTHWISE = 16;
/** Two places for rows, splitting a leaf copies them from one to the other, and one for those of the root, which stay. */
export const GROW_ORDERS = 20;
export const GROW_PACKED = 32;
/** Bins row by row, and how many bytes a row takes. */
export const GROW_BINS = 36;
export const GROW_WIDTH = 40;
/** Bins feature by feature, and how many bytes a feature takes. */
export const GROW_COLUMNS = 44;
export const GROW_COLUMN_BYTES = 48;
/** Addresses of histograms, of which the first so many are free. */
export const GROW_FREE = 52;
export const GROW_FREE_COUNT = 56;
/** A histogram for each helper. */
export const GROW_PARTS = 60;
export const GROW_HISTOGRAM_BYTES = 64;
export const GROW_SEARCH = 68;
export const GROW_FOUND = 72;
export const GROW_NODES = 76;
export const GROW_LEAVES = 80;
/** A byte a feature for each leaf that is searched, in their order: 1 where its split may use it. 0 when every leaf may use what the tree may. */
export const GROW_DRAWS = 84;
export const GROW_DRAWN = 88;
/** What was grown. */
export const GROW_NODE_COUNT = 92;
export const GROW_LEAF_COUNT = 96;
/** Threads at most, and for each of them room to sort categories. */
export const GROW_THREADS = 100;
export const GROW_SCRATCH = 104;
/** How many rows of each block go left. */
export const GROW_LEFT_COUNTS = 108;
/** What a split must gain. */
export const GROW_MIN_GAIN = 120;
export const GROW_BYTES = 128;

export const SCRATCH_BYTES = 9216;
/** Blocks of rows that are parted at a time; each has a count of those that go left. */
export const MOST_BLOCKS = 1024;

// The search for splits. Sums, limits and scores are in units where nothing else is said.
// First, of each of two leaves: gradient, hessian, rows and the score to beat.
export const SEARCH_L2 = 64;
export const SEARCH_MIN_HESSIAN = 72;
/** A score in units times this is a score. */
export const SEARCH_FACTOR = 80;
export const SEARCH_L1 = 88;
/** Integers a bin. */
export const SEARCH_STRIDE = 96;
/** Of each feature: bins without the missing one; 0 for categories, 1 for numbers, 2 and 3 for those along which values may only rise or fall; nothing; 1 when it is allowed. */
export const SEARCH_KINDS = 100;
export const SEARCH_COUNT_BITS = 104;
export const SEARCH_HESSIAN_BITS = 108;
export const SEARCH_MIN_ROWS = 112;
/** 1 with L1 or monotone constraints. */
export const SEARCH_IS_CONSTRAINED = 116;
/** Of each feature and leaf 256 bytes: 1 for the categories that go left. */
export const SEARCH_TABLES = 120;
/** Of each leaf the lowest and the highest value. */
export const SEARCH_BOUNDS = 128;
// As they are, not in units.
export const SEARCH_GRADIENT_UNIT = 160;
export const SEARCH_HESSIAN_UNIT = 168;
export const SEARCH_TRUE_L2 = 176;
export const SEARCH_TRUE_L1 = 184;
export const SEARCH_TRUE_BOUNDS = 192;
export const SEARCH_TRUE_SCORES = 224;
export const SEARCH_SMOOTHING = 240;
export const SEARCH_CATEGORY_L2 = 248;
/** A category of fewer rows takes no part: of a feature with few categories, and of one with many. */
export const SEARCH_CATEGORY_ROWS = 256;
export const SEARCH_BYTES = 272;

/** What is found for a feature: score, rows, gradient and hessian of the left side, its last bin, whether missing values join it. */
export const FOUND_BYTES = 48;

/** Which of the orders its rows are in. */
export const LEAF_ORDER = 0;
export const LEAF_BEGIN = 4;
export const LEAF_END = 8;
export const LEAF_DEPTH = 12;
/** 0 when it has none. */
export const LEAF_HISTOGRAM = 16;
/** The node above it, −1 for the root, and whether it is the left child. */
export const LEAF_PARENT = 20;
export const LEAF_IS_LEFT = 24;
/** The feature of its split, −1 without one. */
export const LEAF_FEATURE = 28;
export const LEAF_BIN = 32;
export const LEAF_IS_CATEGORICAL = 36;
export const LEAF_MISSING_LEFT = 40;
/** Rows, gradient and hessian. */
export const LEAF_SUMS = 48;
export const LEAF_BOUNDS = 72;
export const LEAF_GAIN = 88;
/** Those of the left side of its split. */
export const LEAF_LEFT_SUMS = 96;
export const LEAF_TABLE = 120;
export const LEAF_BYTES = 376;

export const NODE_FEATURE = 0;
/** A node, or ~leaf. */
export const NODE_LEFT = 4;
export const NODE_RIGHT = 8;
export const NODE_IS_CATEGORICAL = 12;
/** 1 for the bins that go left. */
export const NODE_TABLE = 16;
export const NODE_BIN = 272;
export const NODE_MISSING_LEFT = 276;
export const NODE_GAIN = 280;
/** Rows, gradient and hessian of the left side, then of the right one. */
export const NODE_SUMS = 288;
export const NODE_BYTES = 336;
