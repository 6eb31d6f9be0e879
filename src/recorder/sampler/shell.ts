import type { Recipe } from '../../lib/sources/source.ts';
import type { Form, SamplerPlan, StreamPlan } from './plan.ts';
import { noncePath, pathWord, word } from './plan.ts';

/** Highest samples per second for forms that fork for each sample, so that they do not load the host. */
const MOST: Readonly<Record<Exclude<Form, 'perl'>, { readonly files: number; readonly processes: number }>> = {
  head: { files: 10, processes: 1 },
  cat: { files: 2, processes: 0.1 },
};

/**
 * For a dd without non-blocking reads (busybox): prints dmesg's raw lines as records of /dev/kmsg, only those newer
 * than the last call. They have no sequence number.
 */
const BY_DMESG = String.raw`
bydmesg() {
  lines=$(dmesg -r 2>/dev/null | awk -v last="$logged" 'match($0, /^<[0-9]+>\[ *[0-9]+\.[0-9]+\] ?/) {
    head = substr($0, 1, RLENGTH); text = substr($0, RLENGTH + 1); level = head; sub(/^</, "", level); sub(/>.*/, "", level)
    at = head; sub(/^[^[]*\[ */, "", at); sub(/\].*/, "", at); sub(/\./, "", at)
    if (at + 0 > last + 0) print level ",," at ",-;" text }')
  [ -n "$lines" ] || return 0
  printf '%s\n' "$lines"; logged=$(printf '%s\n' "$lines" | tail -n 1 | cut -d , -f 3)
}
`;

const FUNCTIONS = `
now() { read -r up rest </proc/uptime; }
begin() { now; printf '\\n@%s T %s %s\\n' "$nonce" "$1" "$up"; }
finish() { printf '\\n@%s .\\n' "$nonce"; }
say() { printf '\\n@%s W %s\\n%s\\n@%s .\\n' "$nonce" "$1" "$2" "$nonce"; }
readlog() {
  [ -n "$log" ] || { (: <"$1") 2>/dev/null || return; exec 9<"$1"; log=dmesg; dd bs=1 count=0 iflag=nonblock </dev/null 2>/dev/null && log=dd; }
  [ $log = dd ] || { bydmesg; return; }
  dd bs=8192 count=1000 iflag=nonblock <&9 2>/dev/null
}
`;

/** Prints the files of one glob, each under a header whose path contains the nonce. */
const readers: Readonly<Record<Exclude<Form, 'perl'>, string>> = {
  head: `files() { head -v -c 1048576 "$@" 2>/dev/null; echo; }`,
  cat: `files() { for file; do [ -r "$file" ] || continue; printf '\\n==> %s <==\\n' "$file"; cat "$file" 2>/dev/null; done; echo; }`,
};

const LINKS = `links() { find "$@" -maxdepth 0 -printf '\\n==> %p <==\\n%l' 2>/dev/null; echo; }`;

const rate = ({ recipe, hz }: StreamPlan, form: Exclude<Form, 'perl'>): number =>
  Math.min(hz, recipe.once ? 0.1 : recipe.perProcess ? MOST[form].processes : MOST[form].files);

/** The depths at which the shell form looks for cgroups, since its globs name each depth. */
const DEPTHS = ['', '/*', '/*/*', '/*/*/*', '/*/*/*/*'];

/** Expands `**` to globs for a shell; in a cgroup tree files have the same names at each depth. */
const globs = (path: string): readonly string[] =>
  path.includes('/**') ? DEPTHS.map((depth) => path.replace('/**', depth)) : [path];

const commands = (recipe: Recipe, prefix: string): readonly string[] => {
  // The number of entries of a directory is not in a file: only perl counts them.
  if (recipe.counts) return [];
  return recipe.log
    ? recipe.read.map((path) => `printf '==> %s <==\\n' ${pathWord(prefix, path)}; readlog ${pathWord('', path)}; echo`)
    : [
        ...recipe.read
          .flatMap(globs)
          .map((path) =>
            path === '/etc/passwd'
              ? `printf '\\n==> %s <==\\n' ${pathWord(prefix, path)}; cut -d: -f1-3 ${path}; echo`
              : `files ${pathWord(prefix, path)}`,
          ),
        ...(recipe.links ?? []).map((path) => `links ${pathWord(prefix, path)}`),
      ];
};

const warnings = (stream: StreamPlan): readonly string[] =>
  stream.recipe.log
    ? [
        `dd bs=1 count=0 iflag=nonblock </dev/null 2>/dev/null || say ${word(stream.name)} 'read by dmesg, since this dd has no non-blocking reads: messages that the ring buffer dropped are not counted'`,
      ]
    : stream.recipe.perNetns
      ? [
          `say ${word(stream.name)} 'only the network namespace of the login is read; for the others install perl on the host'`,
          `printf '\\n@%s N own\\n' "$nonce"`,
        ]
      : [];

/**
 * The forms for hosts without perl: a shell loop that forks for each sample. The time of a sample is /proc/uptime
 * (10 ms); headers between files contain the nonce, spelled '/' and '/.' in the path, which file content cannot guess.
 */
export const shellScript = (plan: SamplerPlan, form: Exclude<Form, 'perl'>): string => {
  const prefix = noncePath(plan.nonce);
  const rates = plan.streams.map((stream) => rate(stream, form));
  const ticks = Math.max(...rates, 0.1);
  const bodies = plan.streams.map((stream, i) => {
    const every = Math.max(1, Math.round(ticks / (rates[i] ?? ticks)));
    const body = [`begin ${word(stream.name)}`, ...commands(stream.recipe, prefix), 'finish'].join('; ');
    return `  [ $((tick % ${every})) -eq 0 ] && { ${body}; }`;
  });
  return `
nonce=${word(plan.nonce)} tick=0 stop= log= logged=-1
trap 'stop=1' TERM INT HUP
${FUNCTIONS}${BY_DMESG}${readers[form]}
${LINKS}
printf '\\n@%s H ${form}\\n' "$nonce"
${plan.streams.flatMap(warnings).join('\n')}
now; end=$((\${up%.*} + ${Math.ceil(plan.seconds)}))\${up#*.}
while [ -z "$stop" ]; do
${bodies.join('\n')}
  now; [ "\${up%.*}\${up#*.}" -ge "$end" ] && break
  sleep ${(1 / ticks).toFixed(3)} 2>/dev/null || sleep ${Math.max(1, Math.round(1 / ticks))}
  tick=$((tick + 1))
done
printf '\\n@%s E\\n' "$nonce"
`;
};
