// SPDX-License-Identifier: BSD-3-Clause

import { type Finding, type ValidationReport, validateH5ad } from '../validate';
import { exitCode } from './exit-codes';
import { inputBytes } from './input';
import { interruptible } from './interrupt';
import { listenToWarnings, printable, printJson, schemaVersion } from './output';
import { withProgress } from './progress';
import { type Style, styleFor } from './style';
import { pad } from './text-width';
import { count } from './units';

/** `anndata validate`: checks a file and prints all findings. */
export async function validate(file: string, options: { json?: boolean }): Promise<number> {
  inputBytes(file);
  listenToWarnings(false);
  return interruptible(async (signal) => {
    const report = await withProgress('checking', (onProgress) => validateH5ad(file, { signal, onProgress }));
    const { errors, warnings } = tally(report);
    if (options.json === true)
      printJson({ schema: schemaVersion, file, valid: report.valid, errors, warnings, findings: report.findings });
    else process.stdout.write(renderReport(file, report, styleFor(process.stdout)));
    return report.valid ? exitCode.ok : exitCode.invalid;
  });
}

function tally({ findings }: ValidationReport): { errors: number; warnings: number } {
  const of = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  return { errors: of('error'), warnings: of('warning') };
}

function renderReport(file: string, report: ValidationReport, style: Style): string {
  const keys = report.findings.map((finding) => (finding.key === '' ? '/' : printable(finding.key)));
  const width = Math.min(40, Math.max(0, ...keys.map((key) => key.length)));
  const lines = report.findings.map(
    (finding, i) =>
      `${paint(finding, style)}  ${pad(keys[i] ?? '', width)}  ${printable(finding.message)} [${finding.code}]`,
  );
  const { errors, warnings } = tally(report);
  const counts = [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : ''].filter(
    (text) => text !== '',
  );
  const verdict = `${printable(file)}: ${report.valid ? 'valid' : 'not valid'}${counts.length > 0 ? `, ${counts.join(', ')}` : ''}`;
  return `${[...lines, style.bold(verdict)].join('\n')}\n`;
}

function paint({ severity }: Finding, style: Style): string {
  const text = pad(severity, 'warning'.length);
  if (severity === 'error') return style.red(text);
  return severity === 'warning' ? style.yellow(text) : style.dim(text);
}
