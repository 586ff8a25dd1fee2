// SPDX-License-Identifier: BSD-3-Clause
//
// The public interface as TypeScript sees it: every export of a module of the package and every public member of it, with type and
// doc comment. What merged declarations and base classes add is there, too.

import { join, relative } from 'node:path';
import ts from 'typescript';

export const root = join(__dirname, '..', '..');

/** An export, or a public member of one. */
export interface ApiItem {
  /** `AnnData`, `AnnData.subset`, `CsrMatrix.vstack` … */
  readonly name: string;
  readonly kind: 'namespace' | 'class' | 'function' | 'value' | 'type' | 'constructor' | 'method' | 'property';
  /** What an editor shows: one line for each overload. */
  readonly types: readonly string[];
  /** The text of the doc comment, tags included. */
  readonly comment: string;
  /** Whether something must or may be passed. */
  readonly hasParameters: boolean;
  /** Where it is declared, without line. */
  readonly file: string;
}

const flags =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope |
  ts.TypeFormatFlags.OmitParameterModifiers |
  ts.TypeFormatFlags.WriteArrayAsGenericType;

/**
 * The compiler's view of some files, with the options of the project.
 *
 * @param read - what takes the place of a file's text
 */
export function programOf(files: readonly string[], read = (_path: string, text: string): string => text): ts.Program {
  const path = join(root, 'tsconfig.json');
  const config = ts.parseJsonConfigFileContent(ts.readConfigFile(path, ts.sys.readFile).config, ts.sys, root);
  const options = { ...config.options, noEmit: true };
  const host = ts.createCompilerHost(options);
  const readFile = (name: string): string | undefined => {
    const text = ts.sys.readFile(name);
    return text === undefined ? undefined : read(name, text);
  };
  const getSourceFile = (name: string, target: ts.ScriptTarget | ts.CreateSourceFileOptions) => {
    const text = readFile(name);
    return text === undefined ? undefined : ts.createSourceFile(name, text, target);
  };
  return ts.createProgram(files, options, { ...host, readFile, getSourceFile });
}

/** The modules others import: `anndata`, `anndata/tensorflow`, `anndata/onnx`. */
const modules = ['lib/index.ts', 'lib/adapters/tensorflow.ts', 'lib/adapters/onnx.ts'].map((path) => join(root, path));

/** All exports and their public members, in order of their names. */
export function publicApi(): ApiItem[] {
  const program = programOf(modules);
  const checker = program.getTypeChecker();
  const exported = modules.flatMap((path) =>
    checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(path)!)!),
  );
  // What two modules export is there once.
  const byName = new Map(exported.map((symbol) => [symbol.name, aliased(checker, symbol)]));
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, symbol]) => new Reader(checker, name, symbol).items());
}

function aliased(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** One export. */
class Reader {
  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly name: string,
    private readonly symbol: ts.Symbol,
  ) {}

  items(): ApiItem[] {
    const { checker, symbol } = this;
    if (symbol.flags & ts.SymbolFlags.Class) {
      const type = checker.getTypeOfSymbol(symbol);
      const construct = type.getConstructSignatures().map((each) => this.print(each, ts.SignatureKind.Construct));
      const isAbstract = symbol.declarations!.some((each) => modifiers(each) & ts.ModifierFlags.Abstract);
      return [
        this.item('class', this.name, symbol, [this.heading()]),
        ...(isAbstract
          ? []
          : [this.item('constructor', `new ${this.name}`, this.constructorOf() ?? symbol, construct)]),
        ...this.members(checker.getPropertiesOfType(type), 'static '),
        ...this.members(checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)), ''),
      ];
    }
    if (symbol.flags & ts.SymbolFlags.Interface) {
      const type = checker.getDeclaredTypeOfSymbol(symbol);
      return [
        this.item('type', this.name, symbol, [this.heading()]),
        ...this.members(checker.getPropertiesOfType(type), ''),
      ];
    }
    if (symbol.flags & ts.SymbolFlags.TypeAlias) {
      const type = checker.getDeclaredTypeOfSymbol(symbol);
      const text = checker.typeToString(type, undefined, flags | ts.TypeFormatFlags.InTypeAlias);
      return [this.item('type', this.name, symbol, [`${this.name} = ${text}`])];
    }
    if (symbol.flags & ts.SymbolFlags.Module) {
      const names = checker.getExportsOfModule(symbol).map((each) => each.name);
      return [this.item('namespace', this.name, symbol, names.sort())];
    }
    const type = checker.getTypeOfSymbol(symbol);
    const calls = type.getCallSignatures();
    if (calls.length === 0)
      return [this.item('value', this.name, symbol, [checker.typeToString(type, undefined, flags)])];
    return [
      this.item(
        'function',
        this.name,
        symbol,
        calls.map((each) => this.print(each)),
      ),
    ];
  }

  /** Name, type parameters and what it is derived from. */
  private heading(): string {
    const declaration = this.symbol.declarations!.find(
      (each) => ts.isClassLike(each) || ts.isInterfaceDeclaration(each),
    );
    const { typeParameters = [], heritageClauses = [] } = declaration as ts.ClassDeclaration;
    const parameters = typeParameters.map((each) => each.getText()).join(', ');
    const bases = heritageClauses.map((each) => ` ${each.getText()}`).join('');
    return `${this.name}${parameters && `<${parameters}>`}${bases}`;
  }

  private constructorOf(): ts.Symbol | undefined {
    return this.symbol.members?.get(ts.InternalSymbolName.Constructor);
  }

  private members(symbols: readonly ts.Symbol[], prefix: string): ApiItem[] {
    return symbols
      .filter((each) => this.isPublic(each))
      .map((each) => this.member(each, prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private isPublic(symbol: ts.Symbol): boolean {
    const own =
      symbol.declarations?.filter((each) => each.getSourceFile().fileName.startsWith(join(root, 'lib'))) ?? [];
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
    const name = symbolName(symbol);
    return (
      own.length > 0 &&
      !name.startsWith('__') &&
      !name.startsWith('#') &&
      own.every((each) => !(modifiers(each) & hidden))
    );
  }

  private member(symbol: ts.Symbol, prefix: string): ApiItem {
    const { checker } = this;
    const name = `${this.name}.${prefix}${symbolName(symbol)}`;
    const type = checker.getTypeOfSymbol(symbol);
    if (symbol.flags & ts.SymbolFlags.Method || type.getCallSignatures().length > 0) {
      return this.item(
        'method',
        name,
        symbol,
        type.getCallSignatures().map((each) => this.print(each)),
      );
    }
    const isReadonly = symbol.declarations!.every(
      (each) => modifiers(each) & ts.ModifierFlags.Readonly || ts.isGetAccessor(each),
    );
    const types = [`${isReadonly ? 'readonly ' : ''}${checker.typeToString(type, undefined, flags)}`];
    const setter = symbol.declarations!.find(ts.isSetAccessor);
    if (setter !== undefined) types.push(`set ${setter.parameters[0]!.type!.getText()}`);
    return this.item('property', name, symbol, types);
  }

  private print(signature: ts.Signature, kind = ts.SignatureKind.Call): string {
    return this.checker.signatureToString(signature, undefined, flags, kind);
  }

  private item(kind: ApiItem['kind'], name: string, symbol: ts.Symbol, types: readonly string[]): ApiItem {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(this.checker));
    const tags = symbol.getJsDocTags(this.checker).map((tag) => `@${tag.name} ${ts.displayPartsToString(tag.text)}`);
    const hasParameters = types.some((type) => !/^(<.*>)?\(\)/.test(type));
    const file = relative(root, symbol.declarations?.[0]?.getSourceFile().fileName ?? '');
    return { name, kind, types, comment: [text, ...tags].join('\n').trim(), hasParameters, file };
  }
}

function modifiers(node: ts.Declaration): ts.ModifierFlags {
  return ts.getCombinedModifierFlags(node);
}

/** `[Symbol.iterator]` for what is keyed by a well-known symbol. */
function symbolName(symbol: ts.Symbol): string {
  const known = /^__@(\w+)@\d+$/.exec(symbol.name)?.[1];
  if (known === undefined) return symbol.name;
  return ['iterator', 'asyncIterator', 'dispose', 'asyncDispose'].includes(known) ? `[Symbol.${known}]` : symbol.name;
}
