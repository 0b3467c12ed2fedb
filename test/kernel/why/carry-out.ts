/**
 * Does what was advised, as a person at that host would: the commands, and where the advice is words, what these words say. Values come
 * from what was told alone; of the row only its service is known, as whoever runs one knows it.
 */
import { THIS_HOST } from '../../../src/tools/why/why.ts'
import type { Host } from './lab/host.ts'
import type { Lab } from './lab/lab.ts'
import type { Order } from './lab/order.ts'
import type { ToldCause } from './lab/told.ts'
import { LINKS, settled, type Topology } from './lab/topology.ts'

/** What is asked from then on, where the advice says to ask for something else. */
export interface Asks {
  readonly target?: string
  readonly source?: string
  readonly protocol?: 'tcp' | 'udp'
}

export interface Stage {
  readonly lab: Lab
  readonly topology: Topology
  /** What should be served. */
  readonly service: readonly Order[]
  /** What was asked, and where the service is to be reached. */
  readonly asked: string
  readonly target: string
}

interface Task extends Stage {
  readonly cause: ToldCause
  readonly beside: readonly ToldCause[]
  readonly host: Host
  /** A part of the advice's words. */
  said(pattern: RegExp): string
}

type Act = (task: Task) => Promise<Asks | undefined>

/** `beside`: what was told with it. Throws where the advice can't be followed. */
export async function carryOut(cause: ToldCause, beside: readonly ToldCause[], stage: Stage): Promise<Asks> {
  const { lab } = stage
  const named = (name: string): Host => (name === THIS_HOST ? lab.client : lab.host(name))
  for (const { host, argv } of cause.commands ?? []) await named(host).must(...argv)
  const act = (cause.commands === undefined ? BY_WORDS : AFTER_COMMANDS)[cause.code]
  if (act === undefined) {
    if (cause.commands !== undefined) return {}
    throw new Error(`nobody knows what to do by these words of ${cause.code}: ${cause.remedy}`)
  }
  const said = (pattern: RegExp): string => {
    const found = pattern.exec(cause.remedy)
    if (found === null) throw new Error(`the advice doesn’t say ${pattern}: ${cause.remedy}`)
    return found[1]!
  }
  // Who is told of by an address, or not at all, is the host of the service.
  const host = [THIS_HOST, ...lab.hosts.map(({ name }) => name)].includes(cause.host)
    ? named(cause.host)
    : lab.server
  return (await act({ ...stage, cause, beside, host, said })) ?? {}
}

const serves =
  (change: Partial<Order> = {}): Act =>
  async ({ lab, host, service }) => {
    await lab.instead(
      host,
      service.map(order => ({ ...order, ...change })),
    )
    return undefined
  }

const LISTENS = /(?:listen on|the service at) (\[?[\da-f.:]+\]?:\d+)/

/** Where the advice says, and nothing else is ended for it where `beside`. */
const listens =
  (beside: boolean): Act =>
  async ({ lab, host, service, said }) => {
    const [, address, port] = /^\[?(.*?)\]?:(\d+)$/.exec(said(LISTENS))!
    const orders = service.slice(0, 1).map(order => ({ ...order, address: address!, port: Number(port) }))
    await (beside ? lab.serve(host, orders) : lab.instead(host, orders))
    return undefined
  }

/** Addresses and routes as whoever runs the host has them. */
const settles: Act = async ({ host, topology }) => {
  await host.ip(...settled(topology, host.name))
  return undefined
}

const switchedOn =
  (pattern: RegExp): Act =>
  async ({ lab, said }) => {
    const address = said(pattern)
    await lab.server.ip(`address replace ${address}/${address.includes(':') ? 64 : 24} dev eth0`)
    return undefined
  }

/** It is looked whether something is kept from being heard there, which is told beside it; else it was off. */
const heard: Act = async task => {
  const { cause, beside } = task
  const filter = beside.find(
    ({ code, commands }) => ['filter-drop', 'reverse-path'].includes(code) && commands !== undefined,
  )
  if (filter === undefined) return switchedOn(/^(?:Switch|Look whether) (\S+) (?:is )?on/)(task)
  if (!/is filtered there/.test(cause.remedy)) throw new Error(`nobody says to look there: ${cause.remedy}`)
  return carryOut(filter, [], task)
}

/** Policies that are for the very ends, found as the advice says. */
const withoutPolicy: Act = async ({ host }) => {
  const listed = await host.run('ip', 'xfrm', 'policy')
  for (const [, source, destination, direction] of listed.matchAll(
    /^src (\S+) dst (\S+)[^\n]*\n\s+dir (\w+)/gm,
  ))
    await host.run('ip', 'xfrm', 'policy', 'delete', 'src', source!, 'dst', destination!, 'dir', direction!)
  return undefined
}

const cable: Act = async ({ lab, topology, host, said }) => {
  const device = said(/other end of (\S+?)\.?$/)
  const link = LINKS[topology].find(ends => ends.some(([name, one]) => name === host.name && one === device))!
  const [name, other] = link.find(([one]) => one !== host.name)!
  await lab.host(name).ip(`link set ${other} up`)
  return undefined
}

const qdisc: Act = async ({ host, said }) => {
  await host.run('tc', 'qdisc', 'del', 'dev', said(/qdisc show dev (\S+?)\.?$/), 'root')
  return undefined
}

/** Of the hosts file, which is what names the client's addresses in the lab. */
const naming =
  (change: (text: string, task: Task) => string): Act =>
  async task => {
    const before = await task.lab.client.must('cat', '/etc/hosts')
    await task.lab.client.must('sh', '-c', 'printf %s "$1" > /etc/hosts', 'sh', change(before, task))
    return undefined
  }

/** The resolver that is named runs again, and knows who is asked for. */
const resolves: Act = async ({ lab, asked, target, said }) => {
  const address = said(/^Have ([\d.a-f:]+)/)
  const names = { [hostOf(asked)]: hostOf(target) }
  await lab.instead(lab.router, [{ port: 53, address, behaviour: 'dns', names }])
  return undefined
}

const resolvedFirst: Act = async ({ lab, said }) => {
  const text = `nameserver ${said(/answers first, ([\d.a-f:]+)/)}\n`
  await lab.client.must('sh', '-c', 'printf %s "$1" > /etc/resolv.conf', 'sh', text)
  return undefined
}

const hostOf = (target: string): string => /^(?:\w+:\/\/)?(.*):\d+$/.exec(target)![1]!

const asksFor =
  (pattern: RegExp, what: keyof Asks = 'target'): Act =>
  async ({ said }) => ({ [what]: said(pattern) })

const asksForService: Act = async ({ target }) => ({ target })

/** Changes the scheme of what was asked. */
const asksBy =
  (scheme: string): Act =>
  async ({ asked }) => ({ target: `${scheme}://${asked.replace(/^\w+:\/\//, '')}` })

const BY_WORDS: Readonly<Record<string, Act>> = {
  'accept-queue-full': serves(),
  'deferred-accept': serves({ deferAccept: 0 }),
  'descriptors-exhausted': serves(),
  'egress-drop': qdisc,
  'family-broken': naming((text, { said }) => {
    const out = said(/its addresses, (.+), out/).split(', ')
    return text.replace(/^(\S+) .*\n/gm, (line, address: string) => (out.includes(address) ? '' : line))
  }),
  'gateway-silent': heard,
  'host-down': switchedOn(/^Switch (\S+) on/),
  'ipsec-no-state': withoutPolicy,
  'ipsec-policy': withoutPolicy,
  'listener-loopback': listens(false),
  'listener-other-address': listens(false),
  'listener-other-device': serves(),
  'listener-other-family': listens(true),
  'listener-other-protocol': async ({ said }) => ({
    protocol: said(/^Ask by (\w+)/).toLowerCase() as 'tcp' | 'udp',
  }),
  'localhost-family': asksFor(/that works, (\S+),/),
  'md5-required': serves(),
  'name-unknown': naming((text, { said, target }) => `${text}${hostOf(target)} ${said(/add (\S+) to/)}\n`),
  'nat-backend-closed': listens(true),
  'nat-backend-silent': switchedOn(/^Start the host (?:of )?([\d.]+)/),
  'neighbour-silent': heard,
  'no-carrier': cable,
  'no-return-route': settles,
  'no-route': settles,
  'nobody-listens': listens(true),
  'plain-on-tls': asksBy('https'),
  'port-zero': asksForService,
  'receive-buffer-full': serves(),
  'resolver-differs': asksFor(/that works, (\S+?)\.?$/),
  'resolver-silent': resolves,
  'resolver-slow': resolvedFirst,
  'reply-from-elsewhere': task =>
    (LISTENS.test(task.cause.remedy) ? listens(false) : asksFor(/ask (\S+:\d+) itself/))(task),
  'router-no-route': settles,
  silent: serves(),
  'source-not-ours': asksFor(/that this host has, ([\d.a-f:]+)/, 'source'),
  'target-not-unicast': asksForService,
  'tls-expired': serves(),
  'tls-name': serves(),
  'tls-not-yet-valid': serves(),
  'tls-on-plain': asksBy('http'),
  'tls-untrusted': serves(),
  'tls-version': serves(),
  'udp-closed': listens(true),
}

/** What the words say beside the commands. */
const AFTER_COMMANDS: Readonly<Record<string, Act>> = {
  'interface-down': settles,
  'no-return-route': async task => (/and add a route/.test(task.cause.remedy) ? settles(task) : undefined),
  'ipv6-disabled': settles,
}
