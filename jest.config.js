/** Unit tests compile lib/ on the fly; CLI and process tests run the built dist/. */
module.exports = {
  testEnvironment: 'node',
  // Generous: the suite shares two cores with compilers and Python. Tests of hangs have deadlines of their own.
  testTimeout: 900_000,
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.(ts|mjs)$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
};
