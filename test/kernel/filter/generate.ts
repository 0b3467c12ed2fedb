/**
 * Random rule sets and random packets for them: every construct that is supported, several tables, chains and hooks,
 * conversations that make connections. The same seed gives the same round.
 */
import { Random } from '../space/random.ts'
import { probesFor } from './generate-packets.ts'
import { RuleWriter } from './generate-rules.ts'
import { nftLoad, type Round } from './round.ts'

export type Family = 'inet' | 'ip' | 'ip6'
export type HookName = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'

const FAMILIES = { inet: 6, ip: 4, ip6: 2 } as const
const HOOKS = { input: 6, forward: 6, prerouting: 4, output: 4, postrouting: 2 } as const
const NAT_HOOKS = { prerouting: 4, postrouting: 4, output: 2, input: 1 } as const
/** Distinct, so that the order is never a matter of who came first; conntrack and NAT have theirs between them. */
const PRIORITIES = [-400, -310, -300, -250, -190, -150, -120, -50, -10, 0, 5, 10, 50, 90, 150, 200, 300]

export function generate(seed: number): Round {
  const random = new Random(seed)
  const priorities = [...PRIORITIES].sort(() => random.next() - 0.5)
  const tables = Array.from({ length: random.whole(1, 3) }, (_, i) =>
    tableText(random, random.weighted(FAMILIES), `t${i}`, priorities),
  )
  return { loads: [nftLoad(tables.join('\n'))], probes: probesFor(random) }
}

function tableText(random: Random, family: Family, name: string, priorities: number[]): string {
  const writer = new RuleWriter(random, family)
  const chains: string[] = []
  for (let i = random.whole(1, 3); i > 0; i--) {
    const isNat = random.chance(0.25)
    const hook: HookName = isNat ? random.weighted(NAT_HOOKS) : random.weighted(HOOKS)
    const priority = isNat ? natPriority(hook, random) : priorities.pop()
    if (priority === undefined) break
    const base = `c${chains.length}`
    const type = isNat ? 'nat' : hook === 'output' && random.chance(0.4) ? 'route' : 'filter'
    const policy = !isNat && random.chance(0.35) ? 'drop' : 'accept'
    const subs = Array.from({ length: random.whole(0, 2) }, (_, n) => `${base}_${n}`)
    const place = { hook, isNat }
    for (const [n, sub] of subs.entries())
      chains.unshift(
        `chain ${sub} {\n${writer.rules(place, subs.slice(n + 1), random.whole(1, 4)).join('\n')}\n}`,
      )
    chains.push(
      `chain ${base} {\ntype ${type} hook ${hook} priority ${priority}; policy ${policy};\n${writer.rules(place, subs, random.whole(1, 6)).join('\n')}\n}`,
    )
  }
  // What is jumped to stands before what jumps.
  const subs = chains.filter(text => /^chain \w+_/.test(text))
  const ordered = [
    ...subs.sort((a, b) => (depthOf(b) < depthOf(a) ? -1 : 1)),
    ...chains.filter(text => !subs.includes(text)),
  ]
  return `table ${family} ${name} {\n${[...writer.sets, ...ordered].join('\n')}\n}`
}

const depthOf = (text: string): number => Number(/^chain \w+_(\d)/.exec(text)?.[1] ?? 0)

/** Among themselves NAT chains have an order, wherever it says that they are. */
const natPriority = (hook: HookName, random: Random): number =>
  random.whole(0, 40) + (hook === 'prerouting' || hook === 'output' ? -120 : 80)
