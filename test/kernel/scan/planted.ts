/**
 * Two machines on a wire, as namespaces: one that scans, and one with listeners behind a filter that drops some ports, and rejects
 * others in every way there is.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Berth } from '../apply/berth.ts'
import { PORTS, type Ran } from '../stage/troupe.ts'

/** How the filter refuses a range of ports, and what a scan has to say of it. */
export interface Refusing {
  readonly first: number
  readonly last: number
  readonly verdict: string
  readonly state: 'closed' | 'filtered'
  readonly reason: string
}

const reject = (first: number, word: string, code: number): Refusing => ({
  first,
  last: first + 99,
  verdict: `reject with icmp ${word}`,
  state: 'filtered',
  reason: `icmp-3/${code}`,
})

/** The codes of RFC 1812 section 5.2.7.1 and RFC 792 that nft can send; 3/3 is no answer of TCP's either. */
export const REFUSING: readonly Refusing[] = [
  { first: 20_000, last: 22_999, verdict: 'drop', state: 'filtered', reason: 'no-answer' },
  { first: 24_000, last: 24_099, verdict: 'reject with tcp reset', state: 'closed', reason: 'reset' },
  reject(25_000, 'net-unreachable', 0),
  reject(25_100, 'host-unreachable', 1),
  reject(25_200, 'prot-unreachable', 2),
  reject(25_300, 'port-unreachable', 3),
  reject(25_400, 'net-prohibited', 9),
  reject(25_500, 'host-prohibited', 10),
  reject(25_600, 'admin-prohibited', 13),
]

export const SERVER = '198.51.100.2'

/** In the middle of what is refused, and let in. */
const LET_IN: readonly number[] = [
  20_000, 20_777, 21_500, 22_999, 24_099, 25_000, 25_199, 25_333, 25_501, 25_699,
]
/** Sixty ports, from the first to the last. */
export const OPEN: readonly number[] = [
  ...Array.from({ length: 25 }, (_, i) => 1 + i * 757),
  ...LET_IN,
  ...Array.from({ length: 24 }, (_, i) => 26_000 + i * 1657),
  65_535,
]
/** Somebody listens, and the filter lets nobody in. */
export const HIDDEN: readonly number[] = [20_500, 22_001, 24_050, 25_050, 25_350, 25_650]

const LISTEN = `
const net = require('node:net')
let left = 0
for (const port of JSON.parse(process.argv[1])) {
  left++
  net.createServer(one => one.on('error', () => {})).listen({ port, host: '0.0.0.0', backlog: 64 }, () => {
    if (--left === 0) process.stdout.write('ready\\n')
  })
}
process.stdin.resume().on('end', () => process.exit())`

export class Planted {
  readonly scanner: Berth
  readonly server: Berth
  #listeners: ChildProcess | undefined

  private constructor(scanner: Berth, server: Berth) {
    this.scanner = scanner
    this.server = server
  }

  static async open(): Promise<Planted> {
    const planted = new Planted(await Berth.open(), await Berth.open())
    try {
      await planted.#furnish()
    } catch (error) {
      await planted.close()
      throw error
    }
    return planted
  }

  async #furnish(): Promise<void> {
    const { scanner, server } = this
    await scanner.must(
      'ip',
      'link',
      'add',
      'near',
      'type',
      'veth',
      'peer',
      'name',
      'far',
      'netns',
      String(server.pid),
    )
    await scanner.must('ip', 'address', 'add', '198.51.100.1/24', 'dev', 'near')
    await scanner.must('ip', 'link', 'set', 'near', 'up')
    await server.must('ip', 'address', 'add', `${SERVER}/24`, 'dev', 'far')
    await server.must('ip', 'link', 'set', 'far', 'up')
    // The limits of ICMP are per peer and in all (icmp(7)): what is judged here is who tells the codes apart.
    await server.must('sysctl', '-q', '-w', 'net.ipv4.icmp_ratelimit=0', 'net.ipv4.icmp_msgs_per_sec=1000000')
    const rules = [
      `tcp dport { ${LET_IN.join(', ')} } accept`,
      ...REFUSING.map(({ first, last, verdict }) => `tcp dport ${first}-${last} ${verdict}`),
    ]
    await server.load(`table inet wall {
  chain input {
    type filter hook input priority 0; policy accept
    ${rules.join('\n    ')}
  }
}`)
    const [program = '', ...words] = server.inside([
      process.execPath,
      '-e',
      LISTEN,
      JSON.stringify([...OPEN, ...HIDDEN]),
    ])
    this.#listeners = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(this.#listeners.stdout!, 'data')
  }

  /** `ports scan` on the scanner; `by`: words that run it, for example with fewer descriptors. */
  scan(words: readonly string[], by: readonly string[] = []): Promise<Ran> {
    return this.scanner.run(...by, process.execPath, PORTS, 'scan', ...words)
  }

  async close(): Promise<void> {
    if (this.#listeners !== undefined) {
      const ended = once(this.#listeners, 'exit')
      this.#listeners.stdin!.end()
      await ended
    }
    await this.scanner.close()
    await this.server.close()
  }
}
