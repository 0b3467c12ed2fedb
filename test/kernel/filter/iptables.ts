/**
 * Rules of iptables before the judges: loaded by its own restore programs, read for the model from its own save programs.
 * Of iptables on top of nft the kernel's trace tells the walk; of the older one counters do, without their order.
 */
import type { Chain, Ruleset, Table } from '../../../src/model/filter/ruleset.ts'
import { parseIptablesSave } from '../../../src/wire/iptables-save/iptables-save.ts'
import type { Load } from './executor.ts'
import { kernelFate } from './judge.ts'
import type { Run } from './kernel-child.ts'
import type { Probe } from './notation.ts'
import type { ReadRules, Round, View } from './round.ts'

export const BACKENDS = ['nft', 'legacy'] as const
export type IptablesBackend = (typeof BACKENDS)[number]

const FAMILIES = ['ip', 'ip6'] as const
const program = (family: (typeof FAMILIES)[number], backend: IptablesBackend, what: string): string =>
  `${family}tables-${backend}-${what}`

const BUILT_IN = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
} as const
export type TableName = keyof typeof BUILT_IN

/** Lines of a table: policies as `INPUT DROP`, chains as `:name`, rules as `-A …`. */
export type IptablesRules = Readonly<Partial<Record<TableName, readonly string[]>>>

/** As iptables-restore reads it. A table that has nothing is there all the same, so that the older iptables is emptied. */
export function saveText(rules: IptablesRules, everyTable: boolean): string {
  return (Object.keys(BUILT_IN) as TableName[])
    .filter(name => everyTable || rules[name] !== undefined)
    .map(name => {
      const lines = rules[name] ?? []
      const policies = BUILT_IN[name].map(chain => {
        const said = lines.find(line => line.startsWith(`${chain} `))
        return `:${said ?? `${chain} ACCEPT`} [0:0]`
      })
      const chains = lines.filter(line => line.startsWith(':')).map(line => `${line} - [0:0]`)
      const own = lines.filter(line => line.startsWith('-A'))
      return [`*${name}`, ...policies, ...chains, ...own, 'COMMIT', ''].join('\n')
    })
    .join('')
}

export function iptablesRound(
  rules: Readonly<Partial<Record<'ip' | 'ip6', IptablesRules>>>,
  backend: IptablesBackend,
  probes: readonly Probe[],
): Round {
  const isLegacy = backend === 'legacy'
  const loads = FAMILIES.filter(family => isLegacy || rules[family] !== undefined).map(
    (family): Load => ({
      command: [program(family, backend, 'restore')],
      input: saveText(rules[family] ?? {}, isLegacy),
    }),
  )
  return {
    loads,
    probes,
    listings: FAMILIES.map(family => [program(family, backend, 'save'), ...(isLegacy ? ['-c'] : [])]),
    counting: isLegacy,
  }
}

interface NftRule {
  readonly family: string
  readonly table: string
  readonly chain: string
  readonly handle: number
}

/** The model's rules, each with nft's handle by its place in its chain; of the older iptables, with its number. */
export const readSaves =
  (backend: IptablesBackend): ReadRules =>
  run => {
    const tables = FAMILIES.flatMap(
      (family, i) => parseIptablesSave(run.listings[i]!, { family, backend: `iptables-${backend}` }).tables,
    )
    return {
      tables: tables.map(table => withHandles(table, backend === 'nft' ? handlesOf(run, table) : numbered)),
    }
  }

type Handle = (chain: string, index: number) => number
const numbered: Handle = (_, index) => index + 1

function handlesOf({ listing = '' }: Run, { family, name }: Table): Handle {
  const { nftables } = JSON.parse(listing) as { nftables: readonly { readonly rule?: NftRule }[] }
  const rules = nftables.flatMap(({ rule }) =>
    rule !== undefined && rule.family === family && rule.table === name ? [rule] : [],
  )
  const byChain = Map.groupBy(rules, ({ chain }) => chain)
  return (chain, index) => byChain.get(chain)![index]!.handle
}

const withHandles = (table: Table, handle: Handle): Table => ({
  ...table,
  chains: table.chains.map(
    (chain): Chain => ({
      ...chain,
      rules: chain.rules.map((rule, index) => ({ ...rule, handle: handle(chain.name, index) })),
    }),
  ),
})

/** Of the older iptables the deciding rule and the order aren't told, only which rules a packet has met. */
export const legacyView: View = (run, at, probe, ruleset, model) => {
  const fate = kernelFate(run.observations[at]!, probe, ruleset)
  const before = at === 0 ? run.listings : run.observations[at - 1]!.counters!
  const after = run.observations[at]!.counters!
  const met = FAMILIES.flatMap((family, i) => raised(family, before[i]!, after[i]!))
  const isSame = [...met].sort().join() === [...model.walk].sort().join()
  // An answer meets rules of its own, which the counters don't tell from the packet's.
  const hides = fate.answered !== undefined
  return { ...fate, decidedBy: model.decidedBy, walk: isSame || hides ? model.walk : met }
}

function raised(family: string, before: string, after: string): string[] {
  const old = countsOf(family, before)
  return [...countsOf(family, after)].flatMap(([what, count]) =>
    Array.from({ length: count - (old.get(what) ?? 0) }, () => what),
  )
}

/** By `ip filter INPUT 2` or `ip filter INPUT policy`. */
function countsOf(family: string, text: string): Map<string, number> {
  const counts = new Map<string, number>()
  const indexes = new Map<string, number>()
  let table = ''
  for (const line of text.split('\n')) {
    const policy = /^:(\S+) (?!-)\S+ \[(\d+):/.exec(line)
    const rule = /^\[(\d+):\d+\] -A (\S+)/.exec(line)
    if (line.startsWith('*')) {
      table = line.slice(1)
      indexes.clear()
    } else if (policy !== null) counts.set(`${family} ${table} ${policy[1]} policy`, Number(policy[2]))
    else if (rule !== null) {
      const index = (indexes.get(rule[2]!) ?? 0) + 1
      indexes.set(rule[2]!, index)
      counts.set(`${family} ${table} ${rule[2]} ${index}`, Number(rule[1]))
    }
  }
  return counts
}

export type { Ruleset }
