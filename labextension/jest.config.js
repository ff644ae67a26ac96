const jestJupyterLab = require('@jupyterlab/testutils/lib/jest-config');

// What JupyterLab ships as ES modules only.
const esModules = [
  '@codemirror',
  '@fortawesome',
  '@jupyter',
  '@jupyterlab',
  '@microsoft',
  '@marijn',
  '@rjsf',
  'exenv-es6',
  'lib0',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
].join('|');

const base = jestJupyterLab(__dirname);

module.exports = {
  ...base,
  collectCoverage: false,
  reporters: ['default'],
  transformIgnorePatterns: [`/node_modules/(?!(${esModules})/)`],
  testRegex: 'src/__tests__/.*\\.spec\\.tsx?$',
  transform: {
    ...base.transform,
    '\\.tsx?$': ['ts-jest', { tsconfig: 'tsconfig.test.json', isolatedModules: true }]
  }
};
