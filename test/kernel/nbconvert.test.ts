import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { render } from '../../kernel/src/user/render.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { requests } from '../unit/views/figures.ts';

const python = join(packageRoot, '.venv', 'bin', 'python');

describe.skipIf(!existsSync(python))('nbconvert of .venv (npm start once)', () => {
  test('gives the pictures of a plain HTML export the sentence of their figure as alt text', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fbf-nbconvert-'));
    const shown = await render(requests.heatmap('latency').caption('Two bands: 2 ms & <40 ms>.'));
    const output = { output_type: 'display_data', ...shown };
    const code = { cell_type: 'code', id: 'a', execution_count: 1, metadata: {}, source: '', outputs: [output] };
    const file = join(folder, 'a.ipynb');
    writeFileSync(file, JSON.stringify({ cells: [code], metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    const { status, stderr } = spawnSync(python, ['-m', 'nbconvert', '--to', 'html', file], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    expect(stderr).not.toContain('Alternative text is missing');
    const page = readFileSync(join(folder, 'a.html'), 'utf8');
    const [image = ''] = /<img [^>]*>/.exec(page.replace(/base64,[^"]*/g, '')) ?? [];
    expect(image).toContain('alt="Two bands: 2 ms &amp; &lt;40 ms&gt;."');
    expect(image).toMatch(/width="\d{3}"/);
    rmSync(folder, { recursive: true });
  });
});
