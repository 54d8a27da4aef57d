/**
 * Where the numbers of a forest's fit lie, in bytes from the start of their block: read by the kernels, by their twins and
 * by what fills them in. The plan says what all trees share; a desk is what a thread works at; a slot takes one grown tree.
 */

export const PLAN_FEATURES = 0;
/** Bins, one feature after the other. */
export const PLAN_COLUMNS = 4;
export const PLAN_COLUMN_BYTES = 8;
/** Rows that take part. */
export const PLAN_ACTIVE = 12;
export const PLAN_ACTIVE_COUNT = 16;
/** Target of each row as it came: class codes, or numbers around their centre. */
export const PLAN_TARGET = 20;
/** Two numbers a row: its weight, and its weight times its target. Both are integers, so that sums have no order. */
export const PLAN_PAIRS = 24;
/** A byte a feature: 1 for categories. */
export const PLAN_KINDS = 28;
/** Numbers a leaf; 1 for numbers and for two classes, whose sums are pairs. */
export const PLAN_OUTPUTS = 32;
export const PLAN_CRITERION = 36;
export const PLAN_MAX_DEPTH = 40;
export const PLAN_MIN_LEAF = 44;
export const PLAN_MIN_SPLIT = 48;
/** 0 for any number. */
export const PLAN_MAX_LEAVES = 52;
export const PLAN_TRIED = 56;
/** 1 to draw thresholds. */
export const PLAN_IS_RANDOM = 60;
/** 0 takes all rows, 1 draws with replacement, 2 without. */
export const PLAN_DRAW = 64;
export const PLAN_DRAW_COUNT = 68;
/** Nodes of so many rows are copied together; so are those of fewer, a second time. */
export const PLAN_BLOCK_ROWS = 72;
export const PLAN_SMALL_BLOCK_ROWS = 76;
export const PLAN_DESKS = 80;
export const PLAN_DESK_BYTES = 84;
export const PLAN_SLOTS = 88;
export const PLAN_SLOT_BYTES = 92;
/** The next slot that nobody has taken. */
export const PLAN_NEXT = 96;
export const PLAN_SLOT_COUNT = 100;
/** Bits of the rows that a tree was grown on, for each tree; 0 where nobody asks. */
export const PLAN_IN_BAG = 104;
export const PLAN_IN_BAG_BYTES = 108;
// From the start of a desk.
export const PLAN_HISTOGRAM = 112;
export const PLAN_LEFT = 116;
export const PLAN_TOTALS = 120;
export const PLAN_DECK = 124;
export const PLAN_ORDER = 128;
export const PLAN_SPARE = 132;
export const PLAN_OWN_PAIRS = 136;
export const PLAN_STACK = 140;
export const PLAN_BLOCK = 144;
export const PLAN_SMALL_BLOCK = 148;
// From the start of a slot.
export const PLAN_GAINS = 152;
export const PLAN_NODES = 156;
export const PLAN_VALUES = 164;
export const PLAN_COUNTS = 168;
export const PLAN_COVERS = 172;
/** What a weight of one unit adds to a packed weight, whose lower digits count rows; 1 where rows are not counted. */
export const PLAN_WEIGHT_UNIT = 176;
export const PLAN_WEIGHT_INVERSE = 184;
/** What a row adds to a packed weight: 1, or 0 where rows are not counted. */
export const PLAN_ROW = 192;
/** What one unit of a target is. */
export const PLAN_TARGET_UNIT = 200;
/** Rows that a packed weight has to count on each side of a split. */
export const PLAN_COUNTED_LEAF = 208;
export const PLAN_BYTES = 256;

export const DESK_RANDOM = 0;
/** The best split so far: its score, the sums of its left side, its feature, its last left bin and its kind. */
export const DESK_SCORE = 16;
export const DESK_LEFT_WEIGHT = 24;
export const DESK_LEFT_SUM = 32;
export const DESK_FEATURE = 40;
export const DESK_BIN = 44;
export const DESK_KIND = 48;
/** Bits of the bins that go left. */
export const DESK_SET = 64;
/** Sums of the node at hand, and how many rows it has. */
export const DESK_WEIGHT = 96;
export const DESK_SUM = 104;
export const DESK_ROWS = 112;
/** Where the rows of the node at hand have their bins, pairs and targets. */
export const DESK_BINS = 120;
export const DESK_BIN_STRIDE = 124;
export const DESK_PAIRS = 128;
export const DESK_TARGET = 132;
/** Which of the three places that is: the table, a block or a small block. */
export const DESK_PLACE = 136;
/** Bins in use, bins seen, keys of few rows, means of categories. */
export const DESK_USED = 192;
export const DESK_SEEN = 448;
export const DESK_KEYS = 704;
export const DESK_MEANS = 1024;
export const DESK_BYTES = 3072;

export const SLOT_ROW_SEED = 0;
export const SLOT_SPLIT_SEED = 16;
export const SLOT_TREE = 32;
/** Places of nodes in use; the set of a node takes the four places after it. */
export const SLOT_NODES = 36;
export const SLOT_LEAVES = 40;
export const SLOT_BYTES = 64;

/** A node that waits: begin, end, depth, place, parent (of right children, otherwise −1), nothing; weight and sum. */
export const STACK_BYTES = 40;
/** A node of a tree that grows best first: begin, end, depth, left, right, feature, bin, kind; gain, weight, sum, weight and sum of the left side; set. */
export const RECORD_BYTES = 104;

/** Bin of missing values, whatever the number of bins. */
export const MISSING = 255;
/** Kinds of a node: values up to the bin go left; missing values go with them; a set of bins goes left. */
export const KIND_VALUES = 0;
export const KIND_WITH_MISSING = 1;
export const KIND_SET = 2;
/** In place of a feature; the second word is then the number of the leaf, and otherwise the place of the right child. */
export const LEAF_NODE = 65535;

export const SQUARED = 0;
export const ENTROPY = 1;
export const POISSON = 2;

/** Rows up to which a node is sorted, and from which its bins are looked at one after the other. */
export const FEW_ROWS = 16;
export const MANY_ROWS = 512;
