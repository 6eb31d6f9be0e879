const some = (values: Iterable<number | string>, most = 8): string => {
  const all = [...values];
  return all.length > most ? `${all.slice(0, most).join(', ')} and ${all.length - most} more` : all.join(', ');
};

/** Why frames have no names. */
export const nameWarnings = (unmapped: ReadonlySet<number>, missing: readonly string[]): string[] => [
  ...(unmapped.size > 0
    ? [`user frames of processes whose /proc/PID/maps was not read have no names: ${some(unmapped)}`]
    : []),
  ...(missing.length > 0 ? [`no symbols of ${some(missing)}: they were not fetched from the host`] : []),
];
