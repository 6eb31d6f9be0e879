// npm run soak: the test suites that take longer than `npm test` may.
import { withSetup } from './setup.js';
import { runAll, soaks, suite } from './suites.js';

await withSetup({ tests: true }, () => runAll([[soaks.map((each) => () => suite(each))]]));
