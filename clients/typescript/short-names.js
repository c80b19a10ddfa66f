// Short names for the bundle. What has one name in the source has one name here, in whichever function it stands: lines that are alike
// stay alike, and gzip finds them. Minifiers give out names anew in each function, which takes 0.2 KB more.

import ts from "typescript";

const LETTERS = [..."etinsoralcduhmpfgbwyvkSxIATCEPDMLROFUNBzqjHVWGKYXJQZ_$"];
const RESERVED = ["as", "do", "if", "in", "is", "of"];
const SHORT = [...LETTERS, ...LETTERS.flatMap((first) => LETTERS.map((second) => first + second))].filter((name) => !RESERVED.includes(name));

/**
 * Renames the variables, functions and classes of a module, and the private members of its classes.
 *
 * @param {string} code
 * @returns {string}
 */
export function withShortNames(code) {
  const { file, checker } = checked(code);
  const uses = [];
  const visit = (node) => {
    const scope = ts.isPrivateIdentifier(node) ? ts.findAncestor(node, ts.isClassLike) : ts.isIdentifier(node) && scopeOf(node, checker);
    if (scope) uses.push({ node, scope, name: node.text });
    ts.forEachChild(node, visit);
  };
  visit(file);
  const shortNames = chosen(uses);
  let [renamed, end] = ["", 0];
  for (const { node, name } of uses) {
    renamed += code.slice(end, node.getStart(file)) + inPlaceOf(node, shortNames.get(name));
    end = node.end;
  }
  return renamed + code.slice(end);
}

/** The module, and what finds out which declaration a name belongs to. */
function checked(code) {
  const file = ts.createSourceFile("bundle.js", code, ts.ScriptTarget.ES2022, true);
  const options = { allowJs: true, noLib: true, noResolve: true, target: ts.ScriptTarget.ES2022, types: [] };
  const host = { ...ts.createCompilerHost(options), getSourceFile: () => file };
  return { file, checker: ts.createProgram([file.fileName], options, host).getTypeChecker() };
}

/** The function or module that declares what an identifier stands for, or nothing if it is a property or a global. */
function scopeOf(node, checker) {
  const { parent } = node;
  const symbol = ts.isShorthandPropertyAssignment(parent)
    ? checker.getShorthandAssignmentValueSymbol(parent)
    : ts.isExportSpecifier(parent)
      ? checker.getExportSpecifierLocalTargetSymbol(parent)
      : checker.getSymbolAtLocation(node);
  const isNamed = symbol && symbol.flags & (ts.SymbolFlags.Variable | ts.SymbolFlags.Function | ts.SymbolFlags.Class);
  if (!isNamed) return undefined;
  const { valueDeclaration: declaration } = symbol;
  const isOfBlock = ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped;
  return ts.findAncestor(declaration.parent, isOfBlock ? isScope : isOuterScope);
}

const isOuterScope = (node) => ts.isFunctionLike(node) || ts.isSourceFile(node);
const isScope = (node) => isOuterScope(node) || ts.isBlock(node) || ts.isForStatement(node) || ts.isForInStatement(node) || ts.isForOfStatement(node) || ts.isCatchClause(node);
const enclosing = (node) => ts.findAncestor(node, isScope);

/** Gives each name the first short one that nothing has which it meets, the most used first. */
function chosen(uses) {
  const declared = new Map();
  for (const { scope, name } of uses) declared.set(scope, (declared.get(scope) ?? new Set()).add(name));
  const meets = new Map();
  const counts = new Map();
  for (const { node, scope, name } of uses) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    // A name must not be hidden by what a function between its use and its declaration declares.
    for (let at = ts.isPrivateIdentifier(node) ? scope : enclosing(node.parent); ; at = enclosing(at.parent)) {
      for (const other of declared.get(at) ?? []) {
        meets.set(name, (meets.get(name) ?? new Set()).add(other));
        meets.set(other, (meets.get(other) ?? new Set()).add(name));
      }
      if (at === scope) break;
    }
  }
  const shortNames = new Map();
  for (const [name] of [...counts].sort(([, a], [, b]) => b - a)) {
    const taken = [...meets.get(name)].map((other) => shortNames.get(other));
    const mark = name.startsWith("#") ? "#" : "";
    shortNames.set(name, SHORT.map((short) => mark + short).find((short) => !taken.includes(short)));
  }
  return shortNames;
}

/** What to write where an identifier stands, which may be the name of a property or an export too. */
function inPlaceOf({ parent, text }, short) {
  if (ts.isShorthandPropertyAssignment(parent)) return `${text}:${short}`;
  if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent) && !parent.propertyName && !parent.dotDotDotToken) {
    return parent.name.text === text ? `${text}:${short}` : short;
  }
  if (ts.isExportSpecifier(parent) && !parent.propertyName) return `${short} as ${text}`;
  return short;
}
