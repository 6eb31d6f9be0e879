/** Share of one CPU that the sampler may use unless the caller says otherwise. */
export const MAX_CPU = 0.02;

/** Seconds in which symbols may be fetched after the capture. */
export const SYMBOL_SECONDS = 60;
