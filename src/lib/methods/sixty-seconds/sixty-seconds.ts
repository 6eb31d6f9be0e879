import { defineMethod } from '../findings.ts';
import { checklist, further } from './steps.ts';

/**
 * The first sixty seconds: judges the answers of `host.ask(sixtySeconds.questions, { seconds: 60 })`. Reads nothing
 * from the host. After "Linux Performance Analysis in 60,000 Milliseconds" (Netflix, 2015).
 */
export const sixtySeconds = defineMethod({
  name: 'sixtySeconds',
  question: 'sixty-seconds',
  call: 'sixtySeconds(await host.ask(sixtySeconds.questions, { seconds: 60 }))',
  required: checklist,
  optional: further,
  evidence: {
    cgroupPressure: 'cgroup-pressure',
    runDelay: 'run-delay',
    reclaim: 'reclaim',
    softnet: 'softnet',
  },
});
