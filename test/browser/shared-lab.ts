import type { TestProject } from 'vitest/node';
import { browserPath } from './chromium.ts';
import { labPath, startLab, type Lab } from './lab.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Without a url where this machine cannot run it. */
    readonly lab: Lab;
  }
}

/** One JupyterLab for all files: a start takes 2 s. Each file has notebooks, a workspace and kernels of its own. */
export const setup = async (project: TestProject): Promise<(() => Promise<void>) | undefined> => {
  if (labPath === undefined || browserPath === undefined) {
    project.provide('lab', { url: '', folder: '' });
    return undefined;
  }
  const { url, folder, stop } = await startLab();
  project.provide('lab', { url, folder });
  return stop;
};
