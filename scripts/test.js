// npm test: sets up, then types, lint, format and every suite; `npm test -- unit host` runs only those.
import { withSetup } from './setup.js';
import { check, checks, runAll, suite, suites } from './suites.js';

const asked = process.argv.slice(2);
const wanted = ({ name }) => asked.length === 0 || asked.includes(name);

await withSetup({ tests: true }, () =>
  runAll([
    ...checks.filter(wanted).map((each) => () => check(each)),
    ...suites.filter(wanted).map((each) => () => suite(each)),
  ]),
);
