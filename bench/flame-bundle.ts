/** One process of the benchmark: reads a capture, judges its stacks and writes the complete bundle. */
import { createReadStream, writeFileSync } from 'node:fs';
import { stackHealth } from '../src/lib/stacks/health.ts';
import { sayHealth } from '../src/lib/stacks/health-say.ts';
import { readProfile } from '../src/lib/sources/profile-reader.ts';
import { flamegraphFigure } from '../src/lib/views/flamegraph.ts';

const [from = '', to = ''] = process.argv.slice(2);
const profile = await readProfile(createReadStream(from, { highWaterMark: 1 << 20 }));
const figure = flamegraphFigure(profile, { warnings: sayHealth(stackHealth(profile)) });
writeFileSync(to, JSON.stringify(await figure.bundle(figure.say)));
