import { dateDifference, dateParts, defineTransformer, dropColumns, oneHot, pipeline, standardScale } from 'mlrecipe';

const PICKUP = 'tpep_pickup_datetime';
const DROPOFF = 'tpep_dropoff_datetime';

/** Weekday and hour of the pickup as classes, minutes and distance to scale. */
export const rideFeatures = defineTransformer(() =>
  pipeline([
    dateDifference(PICKUP, DROPOFF, 'minutes'),
    dateParts({ columns: [PICKUP], parts: ['day_of_week', 'hour'] }),
    standardScale({ columns: ['trip_distance', `${DROPOFF}_minus_${PICKUP}_minutes`] }),
    oneHot({ columns: [`${PICKUP}_day_of_week`, `${PICKUP}_hour`] }),
    dropColumns(DROPOFF, 'pickup_zip', 'dropoff_zip'),
  ]),
);
