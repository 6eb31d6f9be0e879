// Which file may import which, checked by dependency-cruiser: type imports and import() count as well. ARCHITECTURE.md
// draws the same arrows; ADR 117 says why another tool than ESLint checks them.

/** What each room of src/lib/ may import besides itself and the files that lie directly in src/lib/. */
const rooms = {
  bytes: [],
  columns: [],
  stacks: ['bytes', 'columns'],
  sources: ['bytes', 'columns', 'stacks'],
  views: ['columns', 'stacks'],
  answer: ['columns', 'stacks', 'views'],
  questions: ['answer', 'columns', 'sources', 'stacks'],
  methods: ['answer', 'columns', 'questions', 'views'],
  transport: [],
  recording: ['columns', 'sources'],
  supervisor: ['recording', 'transport'],
  fetch: ['bytes', 'recording', 'stacks', 'supervisor', 'transport'],
};

/** These rooms only compute from a recording. */
const meaning = ['bytes', 'columns', 'stacks', 'sources', 'views', 'answer', 'questions', 'methods'];

/** Folders of leaves: which files all leaves share, and which list them. */
const leaves = [
  {
    folder: 'src/lib/questions',
    shared: ['question', 'values', 'beside', 'some-and-full', 'way', 'needs', 'of-profile', 'bpftrace-way'],
    lists: ['list', 'reading', 'rows'],
  },
  { folder: 'src/lib/sources/cgroup' },
  { folder: 'src/lib/sources/dev' },
  { folder: 'src/lib/sources/proc', shared: ['vmstat-columns'] },
  { folder: 'src/lib/methods/sixty-seconds', lists: ['steps', 'sixty-seconds'] },
  { folder: 'src/cli/commands' },
];

/** Folders whose subfolders are leaves, and the subfolders that the others share. */
const leafFolders = [
  { folder: 'src/lib/sources', shared: ['formats'] },
  { folder: 'extension/src/renderers', shared: ['table'] },
];

/** Where processes, pages and tests of both begin, and the threads that they start. */
const entries = [
  'src/lib/index.ts',
  'src/lib/stacks/symbols/kallsyms-thread.ts',
  'src/cli/main.ts',
  'src/recorder/(main|askpass).ts',
  'kernel/src/(front|user).ts',
  'extension/src/(index|mime).ts',
  'extension/src/renderers/(page|standalone).ts',
  'scripts/',
  'fixtures/make/',
];

const oneOf = (names) => `(${names.join('|')})`;
const files = (names = []) => `${oneOf(names)}[.]ts$`;

const room = ([name, others]) => ({
  name: `what ${name} imports`,
  comment: `src/lib/${name}/ imports ${oneOf(others)} and files directly in src/lib/, no other room.`,
  from: { path: `^src/lib/${name}/` },
  to: { path: '^(src|kernel|extension)/', pathNot: `^src/lib/(${oneOf([name, ...others])}/|[^/]+$)` },
});

const lone = ({ folder, shared = [], lists = [] }) => ({
  name: `leaves of ${folder}`,
  comment: 'Leaves do not import leaves: move what they share down one level and name it.',
  from: { path: `^${folder}/[^/]+$`, pathNot: `/${files([...shared, ...lists])}` },
  to: { path: `^${folder}/[^/]+$`, pathNot: `/${files(shared)}` },
});

const loneFolders = ({ folder, shared }) => ({
  name: `folders of ${folder}`,
  comment: 'Leaves do not import leaves: move what they share down one level and name it.',
  from: { path: `^${folder}/([^/]+)/` },
  to: { path: `^${folder}/[^/]+/`, pathNot: `^${folder}/($1|${shared.join('|')})/` },
});

const forbidden = [
  {
    name: 'import cycle',
    comment: 'Move what two files need of each other into a third one.',
    from: {},
    to: { circular: true },
  },
  ...Object.entries(rooms).map(room),
  {
    name: 'meaning is pure',
    comment: 'Nothing right of the recording touches a host.',
    from: { path: `^src/lib/${oneOf(meaning)}/` },
    to: { path: '^(node:)?(child_process|net|tls|dgram|http|https)$', dependencyTypes: ['core'] },
  },
  {
    name: 'what the recorder imports',
    comment: 'The recorder writes recordings; what they mean is computed from them.',
    from: { path: '^src/recorder/' },
    to: { path: '^(src/lib/(session|questions|answer|methods|views|stacks|columns)/|src/cli/|kernel/|extension/)' },
  },
  {
    name: 'library and kernel',
    comment: "They meet in Symbol.for('fast-by-friday.kernel') (src/lib/kernel.ts); neither imports the other.",
    from: { path: '^src/' },
    to: { path: '^(kernel|extension)/' },
  },
  {
    name: 'kernel and library',
    comment: "They meet in Symbol.for('fast-by-friday.kernel') (src/lib/kernel.ts); neither imports the other.",
    from: { path: '^kernel/' },
    to: { path: '^(src|extension)/', pathNot: '^src/lib/(kernel|errors|paths)[.]ts$' },
  },
  {
    name: 'what the library imports',
    comment: 'The library does not know the command.',
    from: { path: '^src/lib/' },
    to: { path: '^src/cli/' },
  },
  {
    name: 'what the extension imports',
    comment: 'The extension knows only the payloads that a saved notebook contains: of the library, src/lib/mime.ts.',
    from: { path: '^extension/src/' },
    to: { path: '^(src|kernel)/', pathNot: '^src/lib/mime[.]ts$' },
  },
  ...leaves.map(lone),
  ...leafFolders.map(loneFolders),
  {
    name: 'unused file',
    comment: 'No process reaches it: delete it, or move what only tests need to test/.',
    from: { path: `^${oneOf(entries)}` },
    to: {
      path: '^(src/(lib|cli|recorder)|kernel/src|extension/src)/',
      pathNot: `^${oneOf(entries)}|[.]d[.]ts$`,
      reachable: false,
    },
  },
];

export default {
  forbidden: forbidden.map((rule) => ({ ...rule, severity: 'error' })),
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['node_modules', '(^|/)dist/', '^extension/lib/', '^fixtures/make/shop/'] },
  },
};
