/** Both tails of the normal distribution beyond |z|; relative error below 1.2e-7 (Numerical Recipes, erfcc). */
export const twoSided = (z: number): number => {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const series = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
    -1.26551223,
  ];
  const poly = series.reduce((sum, c) => sum * t + c, 0);
  return Math.min(1, t * Math.exp(-x * x + poly));
};

/**
 * Converts Student's t with `df` degrees of freedom to a normal score (Wallace 1959); exact to 0.02 from 4 degrees on.
 */
export const normalScore = (t: number, df: number): number =>
  Number.isFinite(df) ? Math.sign(t) * ((8 * df + 1) / (8 * df + 3)) * Math.sqrt(df * Math.log1p((t * t) / df)) : t;

/** Which of `p` are discoveries if at most the share `rate` of them may be false (Benjamini and Hochberg 1995). */
export const discoveries = (p: Float64Array, rate: number): Uint8Array => {
  const order = Array.from(p.keys())
    .filter((i) => !Number.isNaN(p[i]))
    .sort((a, b) => (p[a] ?? 1) - (p[b] ?? 1));
  let last = -1;
  order.forEach((i, at) => {
    if ((p[i] ?? 1) <= (rate * (at + 1)) / order.length) last = at;
  });
  const out = new Uint8Array(p.length);
  for (const i of order.slice(0, last + 1)) out[i] = 1;
  return out;
};

const median = (values: number[]): number => {
  values.sort((a, b) => a - b);
  const half = values.length >> 1;
  const high = values[half] ?? 0;
  return values.length % 2 === 1 ? high : (high + (values[half - 1] ?? high)) / 2;
};

/** With fewer scores, their spread cannot be estimated. */
const LEAST_SCORES = 20;
/** The median of a squared standard normal variable. */
const USUAL = 0.4549;

/**
 * How much wider the scores are spread than chance would spread them: 1 or more. Most functions do not change between
 * two captures, so the middle half of the scores shows how captures differ anyway (genomic control: Devlin and Roeder
 * 1999). When one function grows, all other shares shrink; this common shift is subtracted first. The estimate is
 * lowered by its own standard error (2.33 / sqrt(n), from the density at the median), which is large for few scores.
 */
export const inflation = (scores: Float64Array): number => {
  const known = Array.from(scores).filter((z) => !Number.isNaN(z));
  if (known.length < LEAST_SCORES) return 1;
  const middle = median([...known]);
  const spread = median(known.map((z) => (z - middle) ** 2)) / USUAL;
  return Math.max(1, spread / (1 + 2.33 / Math.sqrt(known.length)));
};
