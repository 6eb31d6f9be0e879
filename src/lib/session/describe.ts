import { printable } from '../printable.ts';
import type { Backend } from './backend.ts';
import type { Running } from '../../recorder/client.ts';

/** '2026-11-28 19:00:05 UTC'. */
export const moment = (date: Date): string =>
  Number.isNaN(date.getTime()) ? 'at an unknown time' : `${date.toISOString().replace('T', ' ').slice(0, 19)} UTC`;

const gigabytes = (bytes: number): string => `${String(Number((bytes / 1e9).toPrecision(2)))} GB`;

const count = (n: number, what: string): string => `${String(n)} ${what}${n === 1 ? '' : 's'}`;

/** 'web1 (ssh://web1): live, connected 2026-11-28 19:00:05 UTC; Linux 6.18.44 x86_64, Debian, 2 CPUs, 8 GB memory'. */
const describe = ({ url, live, about: { host, when, cut } }: Backend): string => {
  const { hostname, kernel, arch, os, cpus, memory } = host;
  const machine = [`Linux ${kernel} ${arch}`, os, count(cpus, 'CPU'), `${gigabytes(memory)} memory`];
  const what = `${live ? 'live, ' : ''}${when}; ${machine.filter((part) => part !== '').join(', ')}`;
  return printable(`${hostname} (${url}): ${what}${cut === undefined ? '' : `. ${cut}`}`, 1000);
};

/** What a connect prints whose recorder was left by the kernel before its restart. */
export const attachedSentence = (url: string, running: readonly Running[]): string => {
  const each = running.map(
    ({ dir, seconds, of }) =>
      `${seconds.toFixed(0)} of ${of.toFixed(0)} s are recorded, and it goes on: await connect(${JSON.stringify(`recording:${dir}`)}) reads it`,
  );
  const what = each.length === 0 ? ['its recording has just ended'] : each;
  return printable(
    `Attached to the recorder of ${url} that the kernel's restart left running: ${what.join('; ')}.`,
    2000,
  );
};

/** What a host prints as the last line of a cell: a description, and what to do next. */
export const describeHosts = (backends: readonly Backend[], isClosed: boolean): string =>
  [
    ...backends.map(describe),
    isClosed && backends.some(({ live }) => live)
      ? 'This connection was closed; connect again.'
      : "Ask: await host.ask('iostat', { seconds: 10 }). List what it can answer: await host.check().",
  ].join('\n');
