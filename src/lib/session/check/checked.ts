import { chooseForm, type RecorderClient } from '../../../recorder/client.ts';
import type { CheckRow } from '../../api.ts';
import type { HostRights } from '../../questions/way.ts';
import { findSource } from '../../sources/list.ts';
import type { Checking } from '../backend.ts';
import type { limitsOf } from '../limits.ts';
import type { Asked } from '../names.ts';
import { budgetOf, rightsOf } from '../program-orders.ts';
import { programsOf } from '../ways.ts';
import { hostScript, type HostSeen, readHost, tracepointsIn } from './host.ts';
import { checkHost, checkLive } from './live.ts';
import { pathsOf, probe, readProbe } from './probe.ts';
import { triesRoot } from './sudo.ts';
import { tryWays } from './try.ts';

/** Seconds of the window for which a check estimates the size of a program's output. */
const CHECKED_SECONDS = 10;

/** Seconds that looking at a host through sudo may take. */
const LOOKING = 20;

type Wanted = ReadonlyMap<string, Asked>;

const waysOf = (wanted: Wanted) =>
  [...wanted.values()].flatMap((asked) => (asked.kind === 'question' ? (asked.question.ways ?? []) : []));

/** The tracepoints that the programs of the ways need. */
const tracepointsOf = (wanted: Wanted, rights: HostRights): readonly string[] => [
  ...new Set(waysOf(wanted).flatMap((way) => programsOf(way, {}, rights).flatMap(tracepointsIn))),
];

/** What only root can see of the host, by sudo; undefined if sudo refuses. */
const lookAsRoot = async (
  client: Pick<RecorderClient, 'run'>,
  tracepoints: readonly string[],
): Promise<HostSeen | undefined> => {
  const answer = await client.run(hostScript(tracepoints), { seconds: LOOKING, sudo: true }).catch(() => undefined);
  return answer && readHost(Buffer.from(answer.stdout).toString('utf8'));
};

/** Looks at a live host in one round trip (and through sudo, if that is allowed and asks for no password), and judges. */
export const checked = async (
  client: RecorderClient,
  wanted: Wanted,
  { limits, tries, whole }: Checking & { readonly limits: ReturnType<typeof limitsOf> },
): Promise<readonly Omit<CheckRow, 'host'>[]> => {
  const { sudo } = limits;
  const { access, tools } = client;
  const recipes = [...wanted.values()].flatMap(({ sources }) => sources.map((name) => findSource(name).recipe));
  const tracepoints = tracepointsOf(wanted, await rightsOf(client, { sudo: false }));
  const { stdout } = await client.sh(probe({ paths: pathsOf(recipes), tracepoints, root: access.root }));
  const said = Buffer.from(stdout).toString('utf8');
  const seen = readProbe(said);
  const { may } = seen.sudo;
  const programs = [...wanted.values()].flatMap((asked) =>
    asked.kind === 'question' && asked.question.ways !== undefined ? [{ question: asked.question }] : [],
  );
  const throughSudo = sudo && !access.root && may === 'yes';
  const [rights, withSudo, budget, asRoot] = await Promise.all([
    rightsOf(client, { sudo, sudoers: seen.sudo }),
    rightsOf(client, { sudo: ['yes', 'asks', 'tools'].includes(may), sudoers: seen.sudo }),
    budgetOf(client, { ...limits, programs, seconds: CHECKED_SECONDS }),
    throughSudo ? lookAsRoot(client, tracepoints) : undefined,
  ]);
  const form = chooseForm(Object.keys(tools));
  const tried = tries
    ? await tryWays(client, wanted, { rights, budget, sudo: triesRoot({ sudo, sudoers: seen.sudo }) })
    : undefined;
  const looked = { access, seen, host: asRoot ?? readHost(said), form, sudo, rights, withSudo, budget, tried };
  return [...checkLive(wanted, looked), ...(whole ? checkHost(looked) : [])];
};
