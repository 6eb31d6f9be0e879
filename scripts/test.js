// npm test: sets up, then types, lint, format and every suite; `npm test -- unit host` runs only those.
import { withSetup } from './setup.js';
import { check, checks, runAll, suite, suites } from './suites.js';

const asked = process.argv.slice(2);
const wanted = ({ name }) => asked.length === 0 || asked.includes(name);

const steps = (list, run) => list.filter(wanted).map((each) => () => run(each));
const named = (...names) => suites.filter(({ name }) => names.includes(name));

// The suites on real hosts mostly wait for them: they run beside what computes. Kernel and browser have the machine alone.
await withSetup({ tests: true }, () => {
  process.stdout.write('- testing: each suite speaks when it has ended\n');
  const computing = [...steps(checks, check), ...steps(named('unit', 'corpus'), suite)];
  return runAll([[computing, steps(named('host'), suite)], [steps(named('kernel', 'browser'), suite)]]);
});
