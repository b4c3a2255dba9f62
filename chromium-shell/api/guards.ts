/** The systems on which a place in the code can be reached, derived from its conditions and tags. */
import ts from 'typescript';
import { allSystems, taggedSystems, type System } from './declarations.ts';

/** The remaining systems, and the source text of expressions known to be truthy there. */
type Known = { systems: ReadonlySet<System>; present: readonly string[] };

const everything: Known = { systems: new Set(allSystems), present: [] };

function both(a: Known, b: Known): Known {
  const systems = new Set([...a.systems].filter((system) => b.systems.has(system)));
  return { systems, present: [...a.present, ...b.present] };
}

function either(a: Known, b: Known): Known {
  const present = a.present.filter((one) => b.present.includes(one));
  return { systems: new Set([...a.systems, ...b.systems]), present };
}

const equal = new Set([ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.EqualsEqualsToken]);
const unequal = new Set([ts.SyntaxKind.ExclamationEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsToken]);

export class Guards {
  readonly #checker: ts.TypeChecker;

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** The facts that hold wherever `node` runs. */
  at(node: ts.Node): Known {
    let known = everything;
    for (let child = node; child.parent; child = child.parent) {
      known = both(known, this.#around(child, child.parent));
    }
    return known;
  }

  /** The facts that `parent` ensures for its `child`. */
  #around(child: ts.Node, parent: ts.Node): Known {
    if (ts.isIfStatement(parent) && child !== parent.expression)
      return this.#when(parent.expression, child === parent.thenStatement);
    if (ts.isConditionalExpression(parent) && child !== parent.condition)
      return this.#when(parent.condition, child === parent.whenTrue);
    if (ts.isBinaryExpression(parent) && child === parent.right) {
      if (parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken)
        return this.#when(parent.left, true);
      if (parent.operatorToken.kind === ts.SyntaxKind.BarBarToken) return this.#when(parent.left, false);
    }
    if (ts.isCaseClause(parent) && child !== parent.expression) return this.#case(parent);
    if (ts.isBlock(parent) || ts.isSourceFile(parent)) return this.#after(parent.statements, child);
    return tagged(child);
  }

  /** After `if (…) return` the condition is false. */
  #after(statements: readonly ts.Statement[], child: ts.Node): Known {
    return statements
      .slice(0, statements.indexOf(child as ts.Statement))
      .filter(ts.isIfStatement)
      .filter((statement) => !statement.elseStatement && leaves(statement.thenStatement))
      .map((statement) => this.#when(statement.expression, false))
      .reduce(both, tagged(child));
  }

  /** Clauses without statements share those of the next one. */
  #case(clause: ts.CaseClause): Known {
    const { clauses, parent } = clause.parent;
    if (!this.#isPlatform(parent.expression)) return everything;
    const systems = new Set<System>();
    for (let at = clauses.indexOf(clause); at >= 0; at--) {
      const label = clauses[at]!;
      if (label !== clause && label.statements.length > 0) break;
      if (!ts.isCaseClause(label)) return everything;
      for (const system of allSystems) if (textOf(label.expression) === system) systems.add(system);
    }
    return { systems, present: [] };
  }

  #when(condition: ts.Expression, holds: boolean): Known {
    const inner = withoutParentheses(condition);
    if (ts.isPrefixUnaryExpression(inner) && inner.operator === ts.SyntaxKind.ExclamationToken)
      return this.#when(inner.operand, !holds);
    if (ts.isBinaryExpression(inner)) return this.#whenBinary(inner, holds);
    if (ts.isCallExpression(inner)) return everything;
    const initializer = ts.isIdentifier(inner) ? this.#constant(inner) : undefined;
    if (initializer) return this.#when(initializer, holds);
    return holds ? { systems: everything.systems, present: [inner.getText()] } : everything;
  }

  #whenBinary({ left, operatorToken: { kind }, right }: ts.BinaryExpression, holds: boolean): Known {
    if (kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken) {
      const isBoth = holds === (kind === ts.SyntaxKind.AmpersandAmpersandToken);
      return (isBoth ? both : either)(this.#when(left, holds), this.#when(right, holds));
    }
    if (kind === ts.SyntaxKind.InKeyword) {
      const name = textOf(left);
      return holds && name ? { ...everything, present: [`${right.getText()}.${name}`] } : everything;
    }
    if (!equal.has(kind) && !unequal.has(kind)) return everything;
    const isEqual = equal.has(kind) === holds;
    if (this.#isPlatform(left)) {
      const named = textOf(right);
      return {
        systems: new Set(allSystems.filter((system) => (system === named) === isEqual)),
        present: [],
      };
    }
    if (ts.isTypeOfExpression(left) && textOf(right) === 'function' && isEqual)
      return { systems: everything.systems, present: [left.expression.getText()] };
    if (right.getText() === 'undefined' && !isEqual)
      return { systems: everything.systems, present: [left.getText()] };
    return everything;
  }

  /** `process.platform`, or any expression of its type. */
  #isPlatform(expression: ts.Expression): boolean {
    const type = this.#checker.getTypeAtLocation(expression);
    const values = type.isUnion() ? type.types.filter((one) => one.isStringLiteral()) : [];
    return allSystems.every((system) => values.some(({ value }) => value === system));
  }

  /** The initializer of a constant. */
  origin(expression: ts.Expression): ts.Expression {
    const inner = withoutParentheses(expression);
    const initializer = ts.isIdentifier(inner) ? this.#constant(inner) : undefined;
    return initializer ? this.origin(initializer) : inner;
  }

  #constant(name: ts.Identifier): ts.Expression | undefined {
    const declaration = this.#checker.getSymbolAtLocation(name)?.valueDeclaration;
    if (!declaration || !ts.isVariableDeclaration(declaration)) return undefined;
    return ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const ? declaration.initializer : undefined;
  }
}

/** The app's own functions can be tagged too. */
function tagged(node: ts.Node): Known {
  const holder = ts.isVariableStatement(node) || ts.isFunctionLike(node) ? taggedSystems(node) : undefined;
  return holder ? { systems: new Set(holder), present: [] } : everything;
}

function withoutParentheses(expression: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(expression) ? withoutParentheses(expression.expression) : expression;
}

function leaves(statement: ts.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return (
    last !== undefined &&
    (ts.isReturnStatement(last) ||
      ts.isThrowStatement(last) ||
      ts.isContinueStatement(last) ||
      ts.isBreakStatement(last))
  );
}

function textOf(expression: ts.Expression): string | undefined {
  return ts.isStringLiteralLike(expression) ? expression.text : undefined;
}
