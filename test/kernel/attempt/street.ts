/**
 * A client, a router and a server in namespaces of their own, over IPv4 and IPv6; two programs on the client that ask its host:
 * one as root, one as nobody.
 *
 *     client 10.0.1.2 ── 10.0.1.1 router 10.0.2.1 ── 10.0.2.2 server
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Lab } from '../nat/lab.ts'
import type { Answer, Question } from './question.ts'

const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

export class Street {
  readonly lab = new Lab()
  readonly #askers = new Map<'root' | 'nobody', { child: ChildProcess; lines: Interface }>()

  static async open(): Promise<Street> {
    const street = new Street()
    const { lab } = street
    lab.add('client', 'router', 'server')
    lab.link('client', '10.0.1.2/24', 'router', '10.0.1.1/24')
    lab.link('router', '10.0.2.1/24', 'server', '10.0.2.2/24')
    for (const [at, address, device] of [
      ['client', 'fd00:1::2/64', 'router'],
      ['router', 'fd00:1::1/64', 'client'],
      ['router', 'fe80::1/64', 'client'],
      ['router', 'fd00:2::1/64', 'server'],
      ['server', 'fd00:2::2/64', 'router'],
    ] as const)
      lab.run(at, 'ip', '-6', 'address', 'add', address, 'dev', device, 'nodad')
    lab.route('client', 'default', 'via', '10.0.1.1')
    lab.route('server', 'default', 'via', '10.0.2.1')
    lab.run('client', 'ip', '-6', 'route', 'add', 'default', 'via', 'fd00:1::1')
    lab.run('server', 'ip', '-6', 'route', 'add', 'default', 'via', 'fd00:2::1')
    lab.forward('router')
    lab.run('router', 'sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1')
    // As many errors as are asked for, and neighbours are given up soon.
    lab.run('router', 'sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0', 'net.ipv6.icmp.ratelimit=0')
    lab.run(
      'router',
      'sysctl',
      '-qw',
      'net.ipv4.icmp_msgs_per_sec=100000',
      'net.ipv4.neigh.server.retrans_time_ms=100',
    )
    lab.run('server', 'sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0', 'net.ipv6.icmp.ratelimit=0')
    lab.run('client', 'sysctl', '-qw', 'net.ipv4.neigh.router.retrans_time_ms=100')
    const server = fileURLToPath(new URL('./server.ts', import.meta.url))
    await lab.start('server', [process.execPath, server], 'ready')
    const forger = fileURLToPath(new URL('./forger.ts', import.meta.url))
    await lab.start('router', [process.execPath, forger], 'ready')
    await street.#open('root', [])
    await street.#open('nobody', NOBODY)
    return street
  }

  async #open(who: 'root' | 'nobody', before: readonly string[]): Promise<void> {
    const asker = fileURLToPath(new URL('./asker.ts', import.meta.url))
    const child = await this.lab.start('client', [...before, process.execPath, asker], 'ready')
    this.#askers.set(who, { child, lines: createInterface(child.stdout!) })
  }

  async ask(question: Question, who: 'root' | 'nobody' = 'root'): Promise<Answer> {
    const { child, lines } = this.#askers.get(who)!
    const line = once(lines, 'line', { signal: AbortSignal.timeout(20_000) })
    child.stdin!.write(`${JSON.stringify(question)}\n`)
    const [text] = (await line) as [string]
    return JSON.parse(text) as Answer
  }

  close(): void {
    this.lab.close()
  }
}
