/** Share of one CPU that the sampler may use unless the caller says otherwise. */
export const MAX_CPU = 0.02;

/** Share of one CPU that a program and the events that it traces may cost, unless the caller says otherwise. */
export const TRACER_CPU = 0.05;

/** Seconds in which symbols may be fetched after the capture. */
export const SYMBOL_SECONDS = 60;
