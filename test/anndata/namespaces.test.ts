// SPDX-License-Identifier: BSD-3-Clause

import { AnnData, registerAnndataNamespace } from '../../lib/index';
import { make, refusal, warningsOf } from './helpers';

class Quality {
  static made = 0;
  readonly adata: AnnData;

  constructor(adata: AnnData) {
    Quality.made++;
    this.adata = adata;
  }

  get cells(): number {
    return this.adata.nObs;
  }
}

declare global {
  interface AnnDataNamespaces {
    quality: Quality;
  }
}

describe('a namespace', () => {
  test('is built at first use, once for each object', () => {
    expect(registerAnndataNamespace('quality', Quality)).toBe(Quality);
    const adata = make();
    expect(Quality.made).toBe(0);
    const { quality } = adata;
    expect([quality.cells, adata.quality === quality, Quality.made]).toEqual([4, true, 1]);
    expect(make().quality).not.toBe(adata.quality);
    expect(Quality.made).toBe(2);
    expect(Object.keys(adata)).not.toContain('quality');
  });

  test('that is registered again replaces the first, with a warning', () => {
    class Other {
      readonly cells = -1;
      readonly made: boolean;
      constructor(adata: AnnData) {
        this.made = adata !== undefined;
      }
    }
    const adata = make();
    expect(adata.quality.cells).toBe(4);
    expect(warningsOf(() => registerAnndataNamespace('quality', Other))).toEqual(['UserWarning']);
    expect(adata.quality.cells).toBe(-1);
  });

  test('must not take a name that AnnData uses', () => {
    for (const name of ['X', 'obs', 'nObs', 'toString', 'constructor', 'writeH5ad', 'has', '__proto__', 'toDf']) {
      expect([name, refusal(() => registerAnndataNamespace(name, Quality))]).toEqual([name, 'ERR_NAME']);
    }
    expect(new AnnData({ shape: [1, 2] }).shape).toEqual([1, 2]);
  });

  test('must be a class whose constructor takes the object', () => {
    class None {}
    class Two {
      readonly both: unknown[];
      constructor(a: unknown, b: unknown) {
        this.both = [a, b];
      }
    }
    for (const bad of [None, Two, (adata: AnnData) => adata, {}, null, 'Quality']) {
      expect(refusal(() => registerAnndataNamespace('fresh', bad as never))).toBe('ERR_ARGUMENT');
    }
    expect(refusal(() => registerAnndataNamespace('', Quality))).toBe('ERR_ARGUMENT');
    expect('fresh' in AnnData.prototype).toBe(false);
  });
});
