// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError, quote } from '../errors';
import type { AdAcc, ArrayAcc } from './ad-acc';
import type { AdRef } from './ad-ref';
import type { GraphAcc } from './graph-acc';
import type { LayerAcc } from './layer-acc';
import type { MultiMapAcc } from './multi-acc';

/** What a text refers to; see `AdAcc.resolve`. */
export function parseSpec(a: AdAcc, spec: string): AdRef | ArrayAcc {
  if (typeof spec !== 'string') throw new AnnDataError('ERR_ARGUMENT', `a text was expected, not ${String(spec)}`);
  if (spec.startsWith('X')) return matrix(spec, spec, (name) => (name === 'X' ? a.X : unknown(spec)));
  const dot = spec.indexOf('.');
  const rest = spec.slice(dot + 1);
  switch (dot < 0 ? undefined : spec.slice(0, dot)) {
    case 'obs':
      return a.obs.at(rest) as AdRef;
    case 'var':
      return a.var.at(rest) as AdRef;
    case 'layers':
      return matrix(rest, spec, (name) => a.layers.at(name));
    case 'obsp':
      return matrix(rest, spec, (name) => a.obsp.at(name));
    case 'varp':
      return matrix(rest, spec, (name) => a.varp.at(name));
    case 'obsm':
      return column(a.obsm, rest, spec);
    case 'varm':
      return column(a.varm, rest, spec);
    default:
      return unknown(spec);
  }
}

/** `name`, `name[row,:]`, `name[:,column]` or `name[:,:]`. */
function matrix<T extends LayerAcc | GraphAcc>(text: string, spec: string, find: (name: string) => T): AdRef | T {
  if (!text.includes('[')) return find(text);
  const [, name, row, across] = /^([^[]+)\[([^,]+),\s?([^\]]+)\]$/.exec(text) ?? unknown(spec);
  if (row !== ':' && across !== ':') return unknown(spec);
  return find(name!).at(row === ':' ? null : row!, across === ':' ? null : across!) as AdRef;
}

/** `name` or `name.position`. */
function column(entries: MultiMapAcc, text: string, spec: string): AdRef | ArrayAcc {
  if (!text.includes('.')) return entries.at(text);
  const [, name, position] = /^([^.]+)\.(\d+(?:_\d+)*)$/.exec(text) ?? unknown(spec);
  return entries.at(name!).at(Number(position!.replaceAll('_', ''))) as AdRef;
}

function unknown(spec: string): never {
  const forms = 'X[:,g], layers.l[c,:], obs.k, var.k, obsm.m.0, varm.m.0, obsp.g[:,c], varp.g[:,g]';
  throw new AnnDataError('ERR_ARGUMENT', `${quote(spec)} refers to nothing; forms are ${forms}`);
}
