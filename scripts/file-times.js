// A reporter of vitest: writes the seconds that each test file took to the file FBF_FILE_TIMES. The JSON report knows
// the tests alone, not imports and hooks, and servers start in hooks.
import { writeFileSync } from 'node:fs';

const timeOf = (file) => {
  const { collectDuration, duration } = file.diagnostic();
  return { file: file.relativeModuleId, seconds: (collectDuration + duration) / 1000 };
};

export default class FileTimes {
  onTestRunEnd(files) {
    writeFileSync(process.env.FBF_FILE_TIMES, JSON.stringify(files.map(timeOf)));
  }
}
