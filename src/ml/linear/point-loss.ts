/**
 * Losses of one row, by its score. For numbers the label is the target; for classes it is 1 or −1, as in
 * the literature on margins.
 */

export interface PointLoss {
  readonly name: 'squared_error' | 'huber' | 'log_loss' | 'modified_huber' | 'hinge';
  loss(label: number, score: number): number;
  /** By the score. */
  gradient(label: number, score: number): number;
}

/** `epsilon` is where Huber's loss turns from a square into a line (Huber, Ann. Math. Stat. 35 (1964) 73). */
export function pointLoss(name: PointLoss['name'], epsilon: number): PointLoss {
  switch (name) {
    case 'squared_error':
      return { name, loss: (y, p) => 0.5 * (y - p) * (y - p), gradient: (y, p) => p - y };
    case 'huber':
      return {
        name,
        loss(y, p) {
          const error = Math.abs(y - p);
          return error <= epsilon ? 0.5 * error * error : epsilon * (error - 0.5 * epsilon);
        },
        gradient: (y, p) => Math.max(-epsilon, Math.min(epsilon, p - y)),
      };
    case 'log_loss':
      return {
        name,
        // ln(1 + e⁻ᶻ) without overflow.
        loss(y, p) {
          const z = y * p;
          return Math.max(-z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
        },
        gradient: (y, p) => -y / (1 + Math.exp(y * p)),
      };
    // Zhang, "Solving large scale linear prediction problems using stochastic gradient descent algorithms", ICML 2004.
    case 'modified_huber':
      return {
        name,
        loss(y, p) {
          const z = y * p;
          return z >= 1 ? 0 : z >= -1 ? (1 - z) * (1 - z) : -4 * z;
        },
        gradient(y, p) {
          const z = y * p;
          return z >= 1 ? 0 : z >= -1 ? -2 * y * (1 - z) : -4 * y;
        },
      };
    case 'hinge':
      return { name, loss: (y, p) => Math.max(0, 1 - y * p), gradient: (y, p) => (y * p <= 1 ? -y : 0) };
  }
}
