// npm test: sets up, then runs types, lint, format and all suites; `npm test -- unit host` runs only those.
import { withSetup } from './setup.js';
import { check, checks, runAll, suite, suites } from './suites.js';

const asked = process.argv.slice(2);
const wanted = ({ name }) => asked.length === 0 || asked.includes(name);

const steps = (list, run) => list.filter(wanted).map((each) => () => run(each));
const named = (...names) => suites.filter(({ name }) => names.includes(name));

// Suites on real hosts mostly wait, so they run beside CPU-bound ones. Kernel and browser suites run alone.
await withSetup({ tests: true }, () => {
  process.stdout.write('- testing: each suite prints its output when it ends\n');
  const computing = [...steps(checks, check), ...steps(named('unit', 'corpus'), suite)];
  return runAll([[computing, steps(named('host'), suite)], [steps(named('kernel', 'browser'), suite)]]);
});
