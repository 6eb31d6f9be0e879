import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A system-wide profile of a busy machine, as perf.data and as the text of `perf script`. */
export interface Capture {
  readonly folder: string;
  readonly data: string;
  readonly text: string;
}

const folder = process.env['FBF_BENCH_DIR'] ?? join(tmpdir(), 'fast-by-friday-bench');
const enough = { data: 60e6, text: 250e6 };

/** A load with many binaries, deep stacks and constantly new address spaces. Each program runs until it is killed. */
const loads: Readonly<Record<string, readonly string[]>> = {
  stress: ['stress-ng', '--quiet', '--matrix', '1', '--qsort', '1', '--tree', '1', '--zlib', '1', '--str', '1'],
  forks: ['stress-ng', '--quiet', '--fork', '1', '--exec', '1', '--pipe', '1', '--switch', '1', '--hdd', '1'],
  shells: [
    'sh',
    '-c',
    'while :; do for i in 1 2 3 4 5 6 7 8; do /bin/true; ls -lR /usr/lib/git-core | sort | md5sum; done; done',
  ],
  gcc: ['sh', '-c', 'while :; do gcc -O2 -c -x c++ -o /dev/null - < compile.cc; done'],
  git: [
    'sh',
    '-c',
    'while :; do rm -rf clone; git clone -q --no-local repo clone; git -C clone log -p >/dev/null; git -C clone gc -q; done',
  ],
  python: [
    'python3',
    '-c',
    'import json,re\nwhile 1:\n d=json.dumps([{str(i):[i]*9} for i in range(5000)]); json.loads(d); re.findall(r"[0-9]+",d); sorted(d[:9999])',
  ],
  perl: [
    'perl',
    '-e',
    'while(1){ my %h; $h{$_ % 997}.=$_ for 1..200000; my @s = sort { $h{$a} cmp $h{$b} } keys %h; }',
  ],
  node: [
    process.execPath,
    '-e',
    'for(;;){const a=Array.from({length:1e5},(_, i)=>({i, s:String(i)}));a.sort((x,y)=>x.s<y.s?-1:1);JSON.parse(JSON.stringify(a))}',
  ],
};

const sources = (): void => {
  const header = ['map', 'vector', 'string', 'regex', 'algorithm', 'iostream', 'functional', 'memory', 'thread'];
  const body =
    'int main(int n, char** v) { std::map<std::string, std::vector<int>> m; std::regex r("a+"); m[v[0]].push_back(n); std::sort(m[v[0]].begin(), m[v[0]].end()); return std::regex_match(v[0], r); }';
  writeFileSync(join(folder, 'compile.cc'), `${header.map((h) => `#include <${h}>`).join('\n')}\n${body}\n`);
  if (existsSync(join(folder, 'repo'))) return;
  const script =
    'git init -q repo; cd repo; git config user.email a@b.c; git config user.name a; for i in $(seq 200); do for f in 1 2 3 4 5; do seq $i $((i * 7 + 400)) > f$((i * f % 40)); done; git add .; git commit -qm $i; done';
  spawnSync('sh', ['-c', script], { cwd: folder });
};

const record = (seconds: number, file: string): void => {
  const children = Object.values(loads).map(([command = '', ...args]) =>
    spawn(command, args, { cwd: folder, stdio: 'ignore', detached: true }),
  );
  try {
    const argv = ['record', '-q', '-F', '999', '-a', '-g', '-m', '2048', '-o', file, '--', 'sleep', String(seconds)];
    const { status, stderr } = spawnSync('perf', argv, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`perf record: ${stderr}`);
  } finally {
    for (const { pid } of children) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  }
};

const script = (data: string, text: string): void => {
  const out = openSync(text, 'w');
  try {
    spawnSync('perf', ['script', '-i', data], { stdio: ['ignore', out, 'ignore'] });
  } finally {
    closeSync(out);
  }
};

const size = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

/**
 * The capture for the benchmarks: recorded once (takes minutes), kept in a temporary folder (FBF_BENCH_DIR) and reused.
 */
export const capture = (): Capture => {
  mkdirSync(folder, { recursive: true });
  const [data, text] = [join(folder, 'cpu.data'), join(folder, 'cpu.txt')];
  for (let seconds = 150; size(data) < enough.data || size(text) < enough.text; seconds *= 1.3) {
    process.stderr.write(`recording ${Math.round(seconds)} s of load into ${data}\n`);
    sources();
    record(Math.round(seconds), `${data}.part`);
    script(`${data}.part`, `${text}.part`);
    renameSync(`${data}.part`, data);
    renameSync(`${text}.part`, text);
  }
  return { folder, data, text };
};
