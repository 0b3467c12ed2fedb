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
  /** Hosts whose program is stopped. */
  readonly stopped = new Set<string>()
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
    if (alike.is === 'stopped') this.stopped.add(alike.host)
    else if (alike.is === 'naming') {
      const { hosts = '', resolvers = '' } = alike
      this.of('client').machine = { ...this.of('client').machine, naming: { hosts, resolvers } }
    } else this.before.push(alike)
  }
}

const wordless = (what: string): Error => new Error(`a simulated host has no words for "${what}"`)

function tune(draft: Draft, name: string, value: string | number): void {
  if (name === 'net.ipv4.ip_forward') draft.forward = Number(value) === 1
  // A host has one setting for all its devices.
  else if (/^net\.ipv4\.conf\.\w+\.rp_filter$/.test(name)) draft.reversePath = REVERSE_PATH[Number(value)]!
  else if (name === 'net.ipv4.ip_local_port_range')
    draft.machine = { ...draft.machine, tunables: { ...draft.machine?.tunables, [name]: String(value) } }
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
      const [, selector, action, priority] =
        /^(.*) (prohibit|unreachable|blackhole) pref (\d+)$/.exec(rest) ?? []
      if (action === undefined) throw wordless(line)
      draft.rules.push(`${selector} action ${action} priority ${priority}`)
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
