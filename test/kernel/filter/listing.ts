/**
 * What of `nft -a list ruleset` a test compares with, and what of a rule set can be compared after a second loading.
 */
import type { Ruleset, Table } from '../../../src/model/filter/ruleset.ts'

/** Rules of a table by their handles, as listed. Rules that go over several lines aren't among them. */
export function listedRules(text: string, table: Table): Map<number, string> {
  const rules = new Map<number, string>()
  for (const line of tableLines(text, table)) {
    const rule = /^\t\t(\S.*) # handle (\d+)$/.exec(line)
    if (rule !== null) rules.set(Number(rule[2]), rule[1]!)
  }
  return rules
}

/** Interfaces of a base chain, as listed. */
export function listedDevices(text: string, table: Table, chain: string): string[] {
  const lines = tableLines(text, table)
  const start = lines.findIndex(line => line.startsWith(`\tchain ${chain} {`))
  const base = lines.slice(start + 1).find(line => line.startsWith('\t\ttype '))
  const devices = /hook \w+ devices? = \{ ([^}]*) \}|hook \w+ device (\S+)/.exec(base ?? '')
  return (devices?.[1] ?? devices?.[2] ?? '')
    .split(',')
    .map(each => each.trim().replaceAll('"', ''))
    .filter(each => each !== '')
}

function tableLines(text: string, table: Table): string[] {
  const lines = text.split('\n')
  const start = lines.findIndex(line => line.startsWith(`table ${table.family} ${table.name} {`))
  const end = lines.indexOf('}', start)
  return lines.slice(start + 1, end)
}

/** Without handles, line numbers, remaining times and the order of elements: what a second loading may change. */
export const comparable = (ruleset: Ruleset): unknown => strip(ruleset)

const LEFT_OUT: ReadonlySet<string> = new Set(['handle', 'expires', 'line'])
const UNORDERED: ReadonlySet<string> = new Set(['elements', 'sets', 'objects'])

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !LEFT_OUT.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, UNORDERED.has(name) ? sorted(strip(inner)) : strip(inner)]),
  )
}

const sorted = (list: unknown): unknown =>
  Array.isArray(list) ? list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : list
