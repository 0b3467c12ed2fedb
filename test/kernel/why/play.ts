/** A row on the stage: its network, its fault made and mended, and what a plain program sees of it. */
import type { Asks, Stage } from './carry-out.ts'
import type { Change, Setting } from './fault.ts'
import { HEALTHY, Lab } from './lab/lab.ts'
import { type PlainOutcome, type PlainTry, plainTry } from './lab/plain-connect.ts'
import { opensslSays, resolveThere } from './lab/plain-names.ts'

export const SAYS = 'GET / HTTP/1.1\r\nHost: server\r\n\r\n'

/** What came next, where openssl finds nothing wrong with a handshake. */
export const VERIFIED = 'verified'

export const targetOf = ({ target, topology = 'routed' }: Omit<Setting, 'name' | 'changes'>): string =>
  target ?? (topology.startsWith('same-') ? '10.0.1.3:8080' : '10.0.2.2:8080')

/** What is asked once it is mended: the same, or what is right. */
export const mendedTarget = (fault: Setting): string =>
  fault.mended === undefined
    ? targetOf(fault)
    : targetOf({ ...(fault.topology && { topology: fault.topology }), ...fault.mended })

/** It passes on what is for others. */
export const isRouter = ({ name }: { readonly name: string }): boolean => name === 'router' || name === 'far'

export class Play {
  readonly lab: Lab
  readonly #fault: Setting
  #made: Change[] = []
  readonly #tuned = new Map<Change, Readonly<Record<string, string>>>()

  private constructor(lab: Lab, fault: Setting) {
    this.lab = lab
    this.#fault = fault
  }

  /** The network of a row, in which all is well. */
  static async open(fault: Setting): Promise<Play> {
    const lab = await Lab.open(fault.topology ?? 'routed')
    const play = new Play(lab, fault)
    try {
      await lab.serve(lab.server, fault.healthy ?? HEALTHY)
      return play
    } catch (error) {
      await play.close()
      throw error
    }
  }

  /** Makes the row's fault, or another beside it. */
  async inject({ changes } = this.#fault): Promise<void> {
    for (const change of changes) {
      await this.#make(change)
      this.#made.push(change)
    }
  }

  /** Takes all back, or only the changes of one fault; the last first. */
  async undo({ changes }: { readonly changes: readonly Change[] } = { changes: this.#made }): Promise<void> {
    for (const change of this.#made.filter(one => changes.includes(one)).toReversed()) {
      await this.#mend(change)
      this.#made = this.#made.filter(one => one !== change)
    }
    await this.lab.forget()
  }

  async plain(): Promise<PlainOutcome> {
    return this.#try(targetOf(this.#fault), this.#fault.source, this.#fault.try ?? {})
  }

  /** As it should be answered once nothing is wrong. */
  async plainMended(): Promise<PlainOutcome> {
    const { mended, source, protocol } = this.#fault
    const from = mended === undefined ? source : mended.source
    const says = this.#fault.try?.says ?? (protocol === 'udp' ? 'hello' : SAYS)
    return this.#try(mendedTarget(this.#fault), from, { ...this.#fault.try, says })
  }

  /** What a plain program sees once advice was followed, which may say to ask for something else. */
  plainAsked({
    target = targetOf(this.#fault),
    source = this.#fault.source,
    protocol,
  }: Asks): Promise<PlainOutcome> {
    if (target.startsWith('https:')) return this.#verified(target)
    const by = protocol ?? this.#fault.protocol ?? 'tcp'
    const says = protocol === undefined ? this.#fault.try?.says : undefined
    const wish = { ...this.#fault.try, protocol: by, says: says ?? (by === 'udp' ? 'hello' : SAYS) }
    return this.#try(target, source, wish)
  }

  /** As openssl judges it. */
  async #verified(target: string): Promise<PlainOutcome> {
    const says = await opensslSays(this.lab.client, urlOf(target))
    const isGood = /^Verification: OK$/m.test(says)
    return { connect: 'connected', atOnce: false, ms: 0, next: isGood ? VERIFIED : says }
  }

  /** Where the service of the row should be reached. */
  get stage(): Stage {
    const { topology = 'routed', healthy = HEALTHY } = this.#fault
    return {
      lab: this.lab,
      topology,
      service: healthy,
      asked: targetOf(this.#fault),
      target: mendedTarget(this.#fault),
    }
  }

  /** Takes all back after advice was followed: some of it is gone by then. */
  async clear(): Promise<void> {
    for (const change of this.#made.splice(0).toReversed())
      for (const one of inLines(change))
        await this.#mend(one).catch(error => {
          if (!GONE.test(String(error))) throw error
        })
  }

  opensslSays(): Promise<string> {
    return opensslSays(this.lab.client, urlOf(targetOf(this.#fault)))
  }

  close(): Promise<void> {
    return this.lab.close()
  }

  async #try(target: string, source: string | undefined, wish: Partial<PlainTry>): Promise<PlainOutcome> {
    const { hostname, port } = urlOf(target)
    const name = hostname.replace(/^\[(.*)\]$/, '$1')
    const address = /[:]|^[\d.]+$/.test(name) ? name : await resolveThere(this.lab.client, name)
    if (/^E/.test(address)) return { connect: address, atOnce: false, ms: 0 }
    const { protocol = 'tcp' } = this.#fault
    return plainTry(this.lab.client, {
      protocol,
      address,
      port: Number(port),
      ...(source !== undefined && { source }),
      ...wish,
    })
  }

  async #make(change: Change): Promise<void> {
    if (change.kind === 'step') return change.inject(this.lab)
    const host = this.lab.host(change.host)
    if (change.kind === 'rules') await host.rules(change.text)
    if (change.kind === 'ip') await host.ip(...change.lines)
    if (change.kind === 'tune') this.#tuned.set(change, host.tune(change.settings))
    if (change.kind === 'serve') await this.lab.instead(host, change.orders, change.before)
  }

  async #mend(change: Change): Promise<void> {
    if (change.kind === 'step') return change.undo(this.lab)
    const host = this.lab.host(change.host)
    if (change.kind === 'rules') await host.rules(deletions(change.text))
    if (change.kind === 'ip') await host.ip(...change.back)
    if (change.kind === 'tune') host.tune(this.#tuned.get(change)!)
    if (change.kind === 'serve')
      await this.lab.instead(host, host.name === 'server' ? (this.#fault.healthy ?? HEALTHY) : [])
  }
}

/** What ip, nft and tc say of what isn’t there any more, or is there again. */
const GONE =
  /No such (?:process|file or directory|device)|Address not found|already assigned|File exists|Cannot (?:assign requested address|delete qdisc|find device)|not mounted/

/** A line that fails mustn't keep the others from being run. */
const inLines = (change: Change): readonly Change[] =>
  change.kind === 'ip' ? change.back.map(line => ({ ...change, back: [line] })) : [change]

/** Takes back the tables that a text makes, and no others. */
const deletions = (text: string): string =>
  [...text.matchAll(/^table (\w+ \w+)/gm)].map(([, table]) => `delete table ${table}\n`).join('')

/** Port 0 and ports of their scheme, too, which URL hides. */
function urlOf(target: string): { readonly hostname: string; readonly port: string } {
  const [, hostname, port] = /^(?:\w+:\/\/)?(\[.*\]|[^:]*):(\d+)$/.exec(target)!
  return { hostname: hostname!, port: port! }
}
