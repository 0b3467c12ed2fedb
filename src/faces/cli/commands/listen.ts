/** `ports listen`: says who comes, until it is interrupted, the time is over, or the first has gone. */
import { parseEndpoint } from '../../../model/endpoint.ts'
import { fault } from '../../../model/fault.ts'
import {
  isOnlyOurs,
  type ListenPlan,
  type Place,
  placesFor,
  startListening,
} from '../../../tools/listen/listen.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { listenLook, type ShownEvent } from '../listen/listen-events.ts'
import { eventWriter } from '../render/event-writer.ts'
import { formatOf } from '../render/output.ts'
import { sayReasons } from '../render/say-reasons.ts'
import type { ListenFlags } from '../specs/listen.ts'

const COMMAND = 'ports listen'

export default async function listen(
  this: CliContext,
  flags: ListenFlags,
  word: string,
): Promise<ExitStatus> {
  const format = formatOf(this, flags, COMMAND)
  const { protocol, place, port } = whereOf(flags, word)
  const answer = answerOf(flags, protocol)
  const os = await this.openOS()
  const stop = new AbortController()
  const limit = new AbortController()
  try {
    const places = await placesFor(os, protocol, place, port)
    const plan: ListenPlan = { protocol, places, answer, once: flags.once }
    const signal = AbortSignal.any([this.signal, limit.signal])
    const start = await startListening(os, plan, { signal })
    if (start.kind === 'unsupported') {
      await this.stderr.write('ports: this host can’t listen\n')
      return EXIT.undecided
    }
    if (start.kind === 'failed') {
      await sayReasons(this.stderr, protocol, start.at, start.reasons)
      return EXIT.no
    }
    if (flags.timeout !== undefined)
      os.clock.sleep(flags.timeout, stop.signal).then(
        () => limit.abort(),
        () => {}, // it ended before its time
      )
    const write = await eventWriter<ShownEvent>(this, flags, format, listenLook(protocol))
    await write({ kind: 'listening', at: start.at, atMs: os.clock.now() })
    if (isOnlyOurs(start.at) && (format === 'table' || format === 'plain'))
      await this.stderr.write("ports: only this machine gets there; --host '*' lets others\n")
    let came = false
    for await (const event of start.events) {
      came = true
      await write(event)
    }
    return came || !limit.signal.aborted ? EXIT.done : EXIT.timedOut
  } finally {
    stop.abort()
    await os.close()
  }
}

interface Where {
  readonly protocol: 'tcp' | 'udp'
  readonly place: Place | undefined
  readonly port: ListenPlan['places'][number]['port']
}

function whereOf({ udp, host }: ListenFlags, word: string): Where {
  const asked = parseEndpoint(word)
  const protocol = asked.protocol ?? (udp ? 'udp' : 'tcp')
  if (protocol !== 'tcp' && protocol !== 'udp')
    throw fault('E_USAGE', { what: `${protocol} can’t be listened on: tcp and udp can`, command: COMMAND })
  if (udp && protocol !== 'udp')
    throw fault('E_USAGE', { what: `--udp and ${word} can’t both be had`, command: COMMAND })
  if (host !== undefined && asked.host !== undefined)
    throw fault('E_USAGE', { what: `--host and ${word} both name an address`, command: COMMAND })
  // What stands before the colon is this host's address; `:8080` and `*:8080` are all of them, and must be meant.
  const all = asked.host === undefined && word.includes('*') ? '*' : undefined
  return { protocol, place: host ?? asked.host ?? all, port: asked.port }
}

function answerOf({ echo, http }: ListenFlags, protocol: 'tcp' | 'udp'): ListenPlan['answer'] {
  if (echo && http) throw fault('E_USAGE', { what: '--echo and --http can’t both be had', command: COMMAND })
  if (http && protocol === 'udp')
    throw fault('E_USAGE', { what: '--http is served over TCP, not UDP', command: COMMAND })
  return echo ? 'echo' : http ? 'http' : 'nothing'
}
