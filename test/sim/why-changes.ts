/** The changes of a row in the words that simulated hosts are described with: rules, routes, addresses, neighbours, settings. */
import type { HostOptions } from '../../src/sim/sim.ts'
import type { Alike, Change } from '../kernel/why/fault.ts'
import type { Order } from '../kernel/why/lab/order.ts'

export type Draft = { -readonly [key in keyof HostOptions]?: HostOptions[key] } & {
  addresses: string[]
  gateway: string[]
  routes: string[]
  rules: string[]
  neighbours: string[]
  nft: string
}

const REVERSE_PATH = ['off', 'strict', 'loose'] as const

export class Drafts {
  readonly all = new Map<string, Draft>()
  readonly served: Map<string, readonly Order[]>
  /** Hosts whose program is stopped, or one that serves the same beside it. */
  readonly stopped = new Map<string, Order | undefined>()
  /** What had happened before anybody is asked. */
  readonly before: Alike[] = []

  constructor(healthy: readonly Order[]) {
    this.served = new Map([['server', healthy]])
  }

  of(name: string): Draft {
    const one = this.all.get(name) ?? {
      addresses: [],
      gateway: [],
      routes: [],
      rules: [],
      neighbours: [],
      nft: '',
    }
    this.all.set(name, one)
    return one
  }

  /** Throws for what a simulated host has no words for. */
  apply(change: Change): void {
    switch (change.kind) {
      case 'rules':
        this.of(change.host).nft += change.text
        return
      case 'serve':
        if (change.before !== undefined) throw wordless(change.before.join(' '))
        this.served.set(change.host, change.orders)
        return
      case 'ip':
        for (const line of change.lines) applyLine(this.of(change.host), line)
        return
      case 'tune':
        for (const [name, value] of Object.entries(change.settings)) tune(this.of(change.host), name, value)
        return
      case 'step':
        if (change.alike === undefined) throw wordless('a step of a kernel')
        this.#take(change.alike)
    }
  }

  #take(alike: Alike): void {
    if (alike.is === 'stopped') this.stopped.set(alike.host, alike.beside)
    else if (alike.is === 'full-table') {
      const one = this.of(alike.host)
      setTunable(one, 'net.netfilter.nf_conntrack_max', alike.holds)
      this.before.push({ is: 'connected', address: '10.0.2.2', port: 8080, times: alike.holds })
    } else if (alike.is === 'naming') {
      const { hosts = '', resolvers = '' } = alike
      this.of('client').machine = { ...this.of('client').machine, naming: { hosts, resolvers } }
    } else this.before.push(alike)
  }
}

const wordless = (what: string): Error => new Error(`a simulated host has no words for "${what}"`)

function setTunable(draft: Draft, name: string, value: string | number): void {
  draft.machine = { ...draft.machine, tunables: { ...draft.machine?.tunables, [name]: String(value) } }
}

/** Settings that a simulated host goes by. */
const TOLD: ReadonlySet<string> = new Set([
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_default_ttl',
  'net.ipv6.conf.all.disable_ipv6',
])

function tune(draft: Draft, name: string, value: string | number): void {
  if (name === 'net.ipv4.ip_forward') draft.forward = Number(value) === 1
  // A host has one setting for all its devices.
  else if (/^net\.ipv4\.conf\.\w+\.rp_filter$/.test(name)) draft.reversePath = REVERSE_PATH[Number(value)]!
  else if (TOLD.has(name)) setTunable(draft, name, value)
  // Who asks for a neighbour by which of his addresses is nobody's business on a simulated link.
  else if (!/\.arp_(?:announce|ignore)$/.test(name)) throw wordless(`${name} ${value}`)
}

/** A line of ip(8). */
function applyLine(draft: Draft, line: string): void {
  const [, what, verb, rest = ''] = /^(\w+) (\w+) (.*)$/.exec(line) ?? []
  const words = rest.split(' ')
  switch (`${what} ${verb}`) {
    case 'address add': {
      const [address, , device] = words
      draft.addresses.push(`${device} ${address}`)
      return
    }
    case 'route add':
      draft.routes.push(rest)
      return
    case 'route replace':
      remove(draft, words[0]!)
      draft.routes.push(rest)
      return
    case 'route del':
      remove(draft, rest)
      return
    case 'rule add': {
      const [, selector, action, table, priority] =
        /^(.*) (?:(prohibit|unreachable|blackhole)|table (\d+)) pref (\d+)$/.exec(rest) ?? []
      if (priority === undefined) throw wordless(line)
      const then = action === undefined ? `lookup ${table}` : `action ${action}`
      draft.rules.push(`${selector} ${then} priority ${priority}`)
      return
    }
    case 'link set': {
      const [device, ...state] = words as [string, ...string[]]
      if (state[0] === 'down') draft.down = [...(draft.down ?? []), device]
      else if (state[0] === 'mtu') draft.mtu = { ...draft.mtu, [device]: Number(state[1]) }
      else throw wordless(line)
      return
    }
    case 'neigh replace':
      draft.neighbours.push(rest.replace(/ nud permanent$/, ''))
      return
    default:
      throw wordless(line)
  }
}

function remove(draft: Draft, to: string): void {
  if (to === 'default') draft.gateway = draft.gateway.filter(one => one.includes(':'))
  else draft.routes = draft.routes.filter(one => !one.startsWith(`${to} `))
}
