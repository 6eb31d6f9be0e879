/** '0.31 %', '5 %', '63 %'. */
export const inPercent = (share: number): string => `${String(Number((share * 100).toPrecision(3)))} %`;

/** '500 MB'. */
export const inMegabytes = (bytes: number): string => `${String(Number((bytes / 1e6).toPrecision(3)))} MB`;
