/**
 * Mutants of a module: its text with one thing changed that a test should notice. They are made from the syntax tree of the
 * source with its types erased, which keeps every position.
 */
import { stripTypeScriptTypes } from 'node:module'
import { type AnyNode, type Node, parse } from 'acorn'

export interface Mutant {
  /** Line of the source, from 1. */
  readonly line: number
  readonly before: string
  readonly after: string
  readonly start: number
  readonly end: number
}

const OPERATORS: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '+': '-',
  '-': '+',
  '*': '+',
  '/': '*',
  '%': '*',
  '&': '|',
  '|': '&',
  '&&': '||',
  '||': '&&',
}

export const erase = (source: string): string => stripTypeScriptTypes(source)

/** Of a source with its types erased. */
export function mutantsOf(source: string): Mutant[] {
  const mutants: Mutant[] = []
  const change = (node: Node, after: string): void => {
    const { start, end } = node
    const line = source.slice(0, start).split('\n').length
    mutants.push({ line, start, end, before: source.slice(start, end), after })
  }
  walk(parse(source, { ecmaVersion: 'latest', sourceType: 'module' }) as AnyNode, node => {
    for (const [at, after] of changesOf(node, source)) change(at, after)
  })
  return mutants
}

export const applied = (source: string, { start, end, after }: Mutant): string =>
  source.slice(0, start) + after + source.slice(end)

function changesOf(node: AnyNode, source: string): (readonly [Node, string])[] {
  const text = ({ start, end }: Node): string => source.slice(start, end)
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement':
      return [[node.test, `!(${text(node.test)})`]]
    case 'ForStatement':
      return node.test ? [[node.test, `!(${text(node.test)})`]] : []
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const operator = OPERATORS[node.operator]
      if (operator === undefined) return []
      return [[node, `(${text(node.left)}) ${operator} (${text(node.right)})`]]
    }
    case 'UnaryExpression':
      return node.operator === '!' ? [[node, `(${text(node.argument)})`]] : []
    case 'Literal':
      if (typeof node.value === 'number') return [[node, String(node.value + 1)]]
      if (typeof node.value === 'boolean') return [[node, String(!node.value)]]
      return typeof node.value === 'string' && /^E[A-Z]{3,}$/.test(node.value) ? [[node, "'EMUTANT'"]] : []
    case 'ExpressionStatement':
      return 'directive' in node && node.directive !== undefined ? [] : [[node, ';']]
    case 'ReturnStatement':
      return node.argument && node.argument.type !== 'Literal' ? [[node.argument, 'undefined']] : []
    case 'ArrowFunctionExpression':
      return node.body.type === 'BlockStatement' ? [] : [[node.body, 'undefined']]
    default:
      return []
  }
}

function walk(node: AnyNode, visit: (node: AnyNode) => void): void {
  visit(node)
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, visit)
    }
  }
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value
