/** Colours around the frames; frames have their own colours. */
export interface Theme {
  readonly dark: boolean;
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly focus: string;
}

const light: Theme = {
  dark: false,
  background: '#ffffff',
  text: '#1b1f24',
  muted: '#59636e',
  line: '#d0d7de',
  focus: '#0550ae',
};

const dark: Theme = {
  dark: true,
  background: '#16191d',
  text: '#e6e8ea',
  muted: '#9aa4ae',
  line: '#3a4149',
  focus: '#79b8ff',
};

/** JupyterLab sets its theme on the body; other pages follow the browser. */
export const themeOf = (body: HTMLElement): Theme => {
  const lab = body.dataset['jpThemeLight'];
  if (lab !== undefined) {
    const background = getComputedStyle(body).getPropertyValue('--jp-layout-color0').trim();
    const own = lab === 'false' ? dark : light;
    return background === '' ? own : { ...own, background };
  }
  return matchMedia('(prefers-color-scheme: dark)').matches ? dark : light;
};

/** Calls back at every theme change until the signal aborts. */
export const watchTheme = (body: HTMLElement, signal: AbortSignal, changed: (theme: Theme) => void): void => {
  const tell = (): void => {
    changed(themeOf(body));
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', tell, { signal });
  const observer = new MutationObserver(tell);
  observer.observe(body, { attributes: true, attributeFilter: ['data-jp-theme-light', 'data-jp-theme-name'] });
  signal.addEventListener('abort', () => {
    observer.disconnect();
  });
};
