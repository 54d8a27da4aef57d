import { defineFilter } from 'mlrecipe';

/** Rides that a meter can have measured. Validation and test keep all rows, as life has them. */
export const plausible = defineFilter((training) => {
  const fare = training.column('fare_amount').data as Float64Array;
  const distance = training.column('trip_distance').data as Float64Array;
  return Array.from(fare, (value, row) => {
    const miles = distance[row] ?? 0;
    return value > 0 && value < 1000 && miles > 0 && miles < 400;
  });
});
