/**
 * The listing of iptables-save and ip6tables-save, with and without `-c`, of both kinds of iptables, as a rule set.
 *
 * Answers what iptables-restore would load: tables, chains with their hooks, rules with their own text, counters. Rules
 * become what nftables would say; where it has no equal, the part is kept as unsupported with its text. Doesn't
 * know of anything that was put into such a table by nft itself: iptables-save leaves that out. Sources: iptables-save(8),
 * iptables-extensions(8), iptables' iptables-restore.c, the kernel's net/netfilter/xt_*.c.
 */
import type { Backend, BaseChain, Chain, Rule, Table } from '../../model/filter/ruleset.ts'
import { rulesFault } from '../rules-fault.ts'
import { wordIn } from '../word-in.ts'
import { BUILT_IN_TABLES, builtInChain } from './built-in-tables.ts'
import { memorySets } from './memory-sets.ts'
import { readRule } from './read-rule.ts'
import { type RuleFamily, RuleWords } from './rule-words.ts'
import { splitWords } from './split-words.ts'

export { maskedAddress } from './address-pattern.ts'
export { protocolNumber } from './protocol-number.ts'
export { writeIptablesSave } from './write-iptables-save.ts'

export interface IptablesSaveOptions {
  readonly family: RuleFamily
  readonly backend: Exclude<Backend, 'nftables'>
  /** What the text is called in faults. */
  readonly name?: string
  /** Types of sets of ipset(8) by name; without it what asks for a set is unsupported. */
  readonly ipsets?: ReadonlyMap<string, string>
}

interface OpenTable {
  readonly name: string
  readonly line: number
  readonly chains: Map<string, { base: BaseChain | undefined; rules: Rule[] }>
  /** Rules are read when all chains are known. */
  readonly pending: { readonly text: string; readonly line: number }[]
}

/** Throws `E_RULES_SYNTAX` with line and column; a table without COMMIT was cut off and is refused. */
export function parseIptablesSave(
  text: string,
  { family, backend, name = 'iptables-save', ipsets = new Map() }: IptablesSaveOptions,
): { readonly tables: Table[]; readonly warnings: string[] } {
  const tables: Table[] = []
  const warnings: string[] = []
  const lines = text.split('\n')
  let open: OpenTable | undefined
  for (const [index, full] of lines.entries()) {
    const line = full.replace(/\r$/, '')
    const place = { name, line: index + 1, text: line }
    const begin = line.trimStart()[0]
    const column = line.length - line.trimStart().length + 1
    if (begin === undefined) continue
    if (begin === '#') {
      if (/warning|incompatible/i.test(line)) warnings.push(line.replace(/^#\s*/, ''))
    } else if (begin === '*') {
      if (open !== undefined)
        throw rulesFault(
          { ...place, column },
          `table "${open.name}" has no COMMIT`,
          'Expected COMMIT before the next table.',
        )
      const title = line.trim().slice(1)
      if (wordIn(BUILT_IN_TABLES, title) === undefined)
        throw rulesFault(
          { ...place, column },
          `"${title}" is no table`,
          `Expected ${Object.keys(BUILT_IN_TABLES).join(', ')}.`,
        )
      open = { name: title, line: index + 1, chains: new Map(), pending: [] }
    } else if (open === undefined) {
      throw rulesFault({ ...place, column }, 'no table has begun', 'Expected a line as *filter first.')
    } else if (line.trim() === 'COMMIT') {
      tables.push(closeTable(open, { family, backend, name, ipsets }))
      open = undefined
    } else if (begin === ':') {
      readChain(open, line, place, column)
    } else if (begin === '-' || begin === '[') {
      open.pending.push({ text: line, line: index + 1 })
    } else {
      throw rulesFault(
        { ...place, column },
        'this is neither a chain nor a rule',
        'Expected :CHAIN, -A CHAIN or COMMIT.',
      )
    }
  }
  if (open !== undefined) {
    const place = { name, line: lines.length, text: lines.at(-1)!, column: lines.at(-1)!.length + 1 }
    throw rulesFault(
      place,
      `it ends within table "${open.name}": it was cut off`,
      'Expected COMMIT at the end of each table; save the whole again.',
    )
  }
  return { tables, warnings }
}

/** `:INPUT DROP [0:0]`, `:mine - [0:0]`. */
function readChain(
  table: OpenTable,
  line: string,
  place: { readonly name: string; readonly line: number; readonly text: string },
  column: number,
): void {
  const parts = /^\s*:(\S+)\s+(\S+)(?:\s+\[\d+:\d+\])?\s*$/.exec(line)
  if (parts === null)
    throw rulesFault(
      { ...place, column },
      'this chain does not read',
      'Expected :NAME POLICY [packets:bytes].',
    )
  const [, chain, policy] = parts as unknown as [string, string, string]
  const at = column + 1 + chain.length + 1
  const base = builtInChain(table.name, chain, policy === 'DROP' ? 'drop' : 'accept')
  if (base !== undefined && policy !== 'ACCEPT' && policy !== 'DROP')
    throw rulesFault(
      { ...place, column: at },
      `"${policy}" is no policy of a built-in chain`,
      'Expected ACCEPT or DROP.',
    )
  if (base === undefined && policy !== '-')
    throw rulesFault(
      { ...place, column: at },
      `chain "${chain}" of table "${table.name}" can have no policy`,
      'Expected - for a chain that is not built in.',
    )
  table.chains.set(chain, { base, rules: table.chains.get(chain)?.rules ?? [] })
}

function closeTable(
  table: OpenTable,
  { family, backend, name, ipsets }: Required<IptablesSaveOptions>,
): Table {
  for (const { text, line } of table.pending) {
    const place = { name, line, text }
    const counts = /^\s*\[(\d+):(\d+)\]\s*/.exec(text)
    const before = counts?.[0].length ?? 0
    const words = splitWords(text, place).filter(word => word.column > before)
    const reader = new RuleWords(words, place, family)
    const command = reader.take('-A and a chain')
    if (command !== '-A' && command !== '--append' && command !== '-I')
      throw reader.fault(`"${command}" is no rule`, 'Expected -A CHAIN.', -1)
    const into = reader.take('a chain')
    const chain = table.chains.get(into)
    if (chain === undefined)
      throw reader.fault(
        `there is no chain "${into}" in table "${table.name}"`,
        `Expected one of ${[...table.chains.keys()].join(', ')}, or a line :${into} before.`,
        -1,
      )
    const position = command === '-I' && /^\d+$/.test(reader.peek() ?? '') ? reader.number('a place') : 1
    const read = readRule(reader, {
      family,
      ipsets,
      ...(chain.base === undefined ? {} : { hook: chain.base.hook }),
      counter: counts === null ? undefined : { packets: Number(counts[1]), bytes: Number(counts[2]) },
      isChain: target => table.chains.has(target),
    })
    const rule: Rule = { ...read, text: text.slice(before).trim(), line }
    if (command === '-I') chain.rules.splice(position - 1, 0, rule)
    else chain.rules.push(rule)
  }
  const chains = [...table.chains].map(
    ([title, { base, rules }]): Chain => ({ name: title, ...(base === undefined ? {} : { base }), rules }),
  )
  return {
    family,
    name: table.name,
    backend,
    dormant: false,
    chains,
    sets: memorySets(chains),
    objects: [],
    flowtables: [],
  }
}
