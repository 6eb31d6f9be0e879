import type { Answer, View } from './answer.ts';

/** The verdict on one resource. `cleared` needs the whole window and population; else it is `not checked`. */
export type Verdict = 'cause' | 'suspect' | 'cleared' | 'not checked' | 'undecided';

/** Where to look next: plain data, nothing is run. */
export interface Next {
  readonly say: string;
  /** A cell that answers it. */
  readonly code: string;
}

/** What a method found about one resource. */
export interface Finding {
  /** The resource: 'CPU', 'memory', 'disk' ...; of the network, only 'packet loss' can be ruled out. */
  readonly component: string;
  /** The processes, cgroups, devices, interfaces or CPUs that the verdict names; empty if it names none. */
  readonly culprit: string;
  readonly verdict: Verdict;
  /** What was seen on this host, in the words of the step that decided it. */
  readonly say: string;
  /** The rule that was applied, with its number. */
  readonly threshold: string;
  /** What you can do about it. The product only prints it. */
  readonly fix: string;
  /** The answers that it rests on. */
  readonly evidence: readonly Answer[];
  /** Where to look next; none if it is cleared. */
  readonly next: readonly Next[];
}

/** What one step of a method found. */
export interface FindingRow {
  readonly step: string;
  readonly component: string;
  readonly verdict: Verdict;
  /** What was seen on this host. */
  readonly say: string;
  /** The rule that was applied, with its number. */
  readonly threshold: string;
  readonly culprit: string;
  /** Where to look next; empty where the step is cleared. */
  readonly next: string;
  /** What you can do about it: a setting, a limit, a command. The product only prints it. */
  readonly fix: string;
}

/** What the first minute asks, by key: the ten commands, and what they are judged by. */
export type MinuteQuestions = {
  readonly uptime: 'load-average';
  readonly dmesg: 'kernel-log';
  readonly vmstat: 'system-activity';
  readonly mpstat: 'cpu-utilization';
  readonly pidstat: 'process-activity';
  readonly iostat: 'disk-activity';
  readonly free: 'memory';
  readonly sarDev: 'network-interfaces';
  readonly sarTcp: 'tcp';
  readonly top: 'processes';
  readonly pressure: 'pressure';
  readonly cgroupPressure: 'cgroup-pressure';
  readonly cgroupLimits: 'cgroup-limits';
  readonly runDelay: 'run-delay';
  readonly reclaim: 'reclaim';
  readonly udp: 'udp';
  readonly softnet: 'softnet';
  readonly limits: 'limits';
};

/** What a method found: an answer with a row for each step, worst first, and what they say together about each resource. */
export interface Findings<Key extends string = string> extends Answer<FindingRow>, View {
  /** The resources that are suspect, worst first. */
  readonly causes: readonly Finding[];
  /** The resources that are ruled out: the whole window and population were seen, and no task waited. */
  readonly cleared: readonly Finding[];
  /** What is undecided or was not checked, and what this method can never see. */
  readonly open: readonly Finding[];
  /** Where to look next, for the worst finding first. */
  readonly next: readonly Next[];
  /** The figure of one step, with its finding as the caption. */
  step(key: Key): View;
  /** The verdicts on all resources, with the reasons. */
  conclusion(): View;
}
