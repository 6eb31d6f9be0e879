import { type Json, PROTOCOL_VERSION } from './wire.ts';

const VERSION = '0.1.0';

/** The content of kernel_info_reply; the lexer and mode names are those of CodeMirror and Pygments. */
export const kernelInfo: Json = {
  status: 'ok',
  protocol_version: PROTOCOL_VERSION,
  implementation: 'fast-by-friday',
  implementation_version: VERSION,
  language_info: {
    name: 'typescript',
    version: '7.0.2',
    mimetype: 'text/typescript',
    file_extension: '.ts',
    pygments_lexer: 'typescript',
    codemirror_mode: { name: 'javascript', typescript: true },
    nbconvert_exporter: 'script',
  },
  banner: `TypeScript (Fast by Friday) ${VERSION} on Node ${process.versions.node}`,
  debugger: false,
  supported_features: ['kernel subshells'],
  help_links: [
    { text: 'TypeScript', url: 'https://www.typescriptlang.org/docs/handbook/intro.html' },
    { text: 'Node.js', url: `https://nodejs.org/docs/latest-v${process.versions.node.split('.')[0] ?? ''}.x/api/` },
  ],
};
