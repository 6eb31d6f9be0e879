import type { ProfileMeta } from '../../stacks/profile.ts';

const FIELDS = {
  host: /^# hostname : (.*)$/,
  kernel: /^# os release : (.*)$/,
  tool: /^# perf version : (.*)$/,
  arch: /^# arch : (.*)$/,
  command: /^# cmdline : (.*)$/,
} as const;

/** Facts from the header (`perf script --header`); '' if they are missing. */
export const headerOf = (
  comments: readonly string[],
): Pick<ProfileMeta, keyof typeof FIELDS> & { readonly about: ReadonlyMap<string, string> } => {
  const said = { host: '', kernel: '', tool: '', arch: '', command: '' };
  const about = new Map<string, string>();
  for (const line of comments) {
    for (const [field, pattern] of Object.entries(FIELDS) as [keyof typeof FIELDS, RegExp][]) {
      const value = pattern.exec(line)?.[1];
      if (value !== undefined) said[field] = field === 'tool' ? `perf ${value.trim()}` : value.trim();
    }
    const event = /^# event : name = ([^,]*), (.*)$/.exec(line);
    if (event !== null) about.set(event[1] ?? '', event[2] ?? '');
  }
  return { ...said, about };
};

/** The unit of an event's period. */
export const unitOf = (event: string): string => {
  const name = event.replace(/:[a-zA-Z]*$/, '');
  if (/^(?:cpu|task)-clock$/.test(name)) return 'ns';
  if (/^(?:.*\/)?cycles(?:\/|$)|^cpu-cycles$/.test(name)) return 'cycles';
  return name.includes(':') ? 'events' : name;
};
