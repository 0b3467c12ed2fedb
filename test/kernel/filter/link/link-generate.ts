/** Random rule sets of devices, bridges and IP together, and random frames for them. The same seed gives the same round. */
import { Random } from '../../space/random.ts'
import { parseFrame } from './frames.ts'
import { DEVICES, HARDWARE, STATIONS, text } from './link-ground.ts'
import { type LinkPlace, LinkRuleWriter } from './link-rules.ts'

export interface LinkRoundText {
  readonly rules: string
  readonly packets: readonly string[]
}

const HOOKS = {
  netdev: { ingress: 4, egress: 3 },
  bridge: { prerouting: 3, forward: 5, input: 4, output: 2, postrouting: 3 },
  inet: { ingress: 2, prerouting: 3, forward: 4, input: 4, output: 1, postrouting: 2 },
} as const
const WITH_DEVICES: ReadonlySet<string> = new Set(['ingress', 'egress'])
/** Distinct, so that the order is never a matter of who came first. */
const PRIORITIES = [-400, -310, -300, -250, -190, -150, -120, -50, -10, -1, 1, 5, 10, 50, 90, 150, 200, 310]

export function generateLink(seed: number): LinkRoundText {
  const random = new Random(seed)
  const priorities = [...PRIORITIES].sort(() => random.next() - 0.5)
  const families = ['netdev', 'bridge', 'inet'] as const
  const tables = families.flatMap(family => {
    const count = random.weighted({ 0: 2, 1: 4, 2: 4, 3: 1 })
    return Number(count) === 0 ? [] : [tableText(random, family, Number(count), priorities)]
  })
  return {
    rules: `${tables.join('\n')}\n`,
    packets: Array.from({ length: 20 }, (_, i) => frame(random, 4000 + i)),
  }
}

function tableText(random: Random, family: LinkPlace['family'], count: number, priorities: number[]): string {
  const chains: string[] = []
  const writer = new LinkRuleWriter(random)
  for (let i = 0; i < count; i++) {
    const priority = priorities.pop()
    if (priority === undefined) break
    const hook = random.weighted<string>(HOOKS[family])
    const isNat = family === 'inet' && /prerouting|postrouting/.test(hook) && random.chance(0.3)
    const place = { family, hook, isNat }
    const name = `${family[0]}${i}`
    const devices = WITH_DEVICES.has(hook) ? ` devices = { ${deviceList(random, family, hook)} }` : ''
    const policy = !isNat && random.chance(0.25) ? 'drop' : 'accept'
    const type = isNat ? 'nat' : 'filter'
    const at = isNat ? (hook === 'prerouting' ? -100 : 100) : priority
    const sub = random.chance(0.4) ? `${name}_sub` : undefined
    if (sub !== undefined)
      chains.push(`chain ${sub} {\n${writer.rules(place, undefined, random.whole(1, 3)).join('\n')}\n}`)
    chains.push(
      `chain ${name} {\ntype ${type} hook ${hook}${devices} priority ${at}; policy ${policy};\n${writer.rules(place, sub, random.whole(1, 4)).join('\n')}\n}`,
    )
  }
  return `table ${family} ${family[0]} {\n${chains.join('\n')}\n}`
}

/** nft 1.0.6 takes one device for an ingress of inet. */
function deviceList(random: Random, family: string, _hook: string): string {
  const all = [...DEVICES, 'br0']
  if (family === 'inet') return `"${random.pick(all)}"`
  const chosen = all.filter(() => random.chance(0.5))
  return (chosen.length === 0 ? ['w0'] : chosen).map(device => `"${device}"`).join(', ')
}

const NAMES = Object.keys(STATIONS)
const NEAR = ['n0', 'n1', 'n2']
const OWN = ['me', 'mex', 'mey']
const PORTS = [22, 53, 80, 443, 8080]

function frame(random: Random, clientPort: number): string {
  const six = random.chance(0.25) ? '6' : ''
  const port = random.pick(PORTS)
  const protocol = random.weighted({ tcp: 6, udp: 3, icmp: 1 })
  const isMade = random.chance(0.15)
  const from = random.pick([...NAMES, ...NEAR, ...NEAR])
  // A station talks to others of its network, to the host, and through it.
  const to = random.pick([...NAMES, ...NEAR, ...OWN].filter(name => name !== from))
  const source = isMade ? ownTowards(to) : from
  const flags =
    protocol === 'tcp' && random.chance(0.25) ? ` ${random.pick(['ack', 'syn+ack', 'rst', 'fin+ack'])}` : ''
  const extra = isMade ? '' : frameWords(random)
  const known = isMade && OWN.includes(to) ? random.pick(NEAR) : to
  if (protocol === 'icmp')
    return `${six === '' ? 'icmp' : 'icmp6'}${isMade ? ' here' : ''} ${isMade ? ownTowards(known) : source}${six} > ${known}${six}${extra}`
  const ends = random.chance(0.2)
    ? `${source}${six}:${port} > ${known}${six}:${clientPort}`
    : `${source}${six}:${clientPort} > ${known}${six}:${port}`
  return `${protocol}${isMade ? ' here' : ''} ${ends}${flags}${extra}`
}

const ownTowards = (to: string): string => (to === 'x' ? 'mex' : to === 'y' ? 'mey' : 'me')

function frameWords(random: Random): string {
  const words: string[] = []
  if (random.chance(0.08))
    words.push(`to=${random.pick(['all', 'nobody', 'br0', 'n1', 'n2', 'w0', 'group'])}`)
  if (random.chance(0.08)) words.push(`vlan=${random.pick([5, 6, 5 + 3 * 8192])}`)
  return words.map(word => ` ${word}`).join('')
}

export const probesOf = (packets: readonly string[]) => packets.map(parseFrame)
export const ADDRESSES = [
  ...Object.values(STATIONS).map(({ hardware }) => hardware),
  ...Object.values(HARDWARE),
].map(text)
