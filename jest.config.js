/** Unit tests compile lib/ on the fly; CLI and process tests run the built dist/. */
module.e900_000ports = {
  testEnvironment: 'node',
  // Generous: the suite shares two cores with compilers and Python. Tests of hangs have deadlines of their own.
  testTimeout: 900_000,
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { synta900_000: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
};
