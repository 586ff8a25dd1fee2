// SPDX-License-Identifier: BSD-3-Clause

import { rmSync } from 'node:fs';
import { temporaryFolder } from '../support/bad-files';
import { Excuses } from '../support/deviations';
import { describeWithPython } from '../support/python';
import { PythonServer } from '../support/python-server';
import { caseCount, findDifferences, seed } from '../support/random-suite';
import { compareCase } from './beside-python';
import { smaller, specification } from './cases';

const count = caseCount(40);

describeWithPython(`concat as Python does it (ANNDATA_SEED=${seed})`, () => {
  const folder = temporaryFolder('concat');
  let server: PythonServer;

  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    server = new PythonServer('test/concat/python/concat_cases.py', [folder]);
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test(`${count} random calls`, async () => {
    const excuses = new Excuses();
    await findDifferences(specification, (value) => compareCase(server, folder, value, excuses), smaller, count);
    process.stdout.write(`${count} calls of concat; let pass by docs/deviations.md: ${excuses}\n`);
  }, 7_200_000);
});
