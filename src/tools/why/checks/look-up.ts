/** Which addresses the system gives for a name, and where there are none, or they take long, what each of its sources says. */
import { isHostAddress } from '../../../model/endpoint.ts'
import type { Resolved } from '../../../os/reach.ts'
import { fine, found, type NameCheck, untold } from '../check.ts'
import { judgeFailedLookUp, judgeSlowLookUp } from '../judge-name.ts'
import { askNameSources, type NameSources } from '../name-sources.ts'

/** Who answers sooner needs no explanation, milliseconds. */
const SOON_MS = 400
/** A look-up that takes longer is told as slow, milliseconds. */
export const SLOW_MS = 1_000
/** How long a resolver may take that is asked by itself, and the system in all, milliseconds. */
const RESOLVER_MS = 2_000
const SYSTEM_MS = 5_500

export const lookUp: NameCheck = {
  name: 'look-up',
  phase: 'name',
  asks: 'Which addresses does the system give for the name?',
  gathers: [
    'getaddrinfo(3)',
    'where it fails or is slow: hosts(5), resolv.conf(5), nsswitch.conf(5)',
    'each resolver of this host asked by itself, through the search list',
    'where this host refuses to send that: its own rules',
  ],
  concludes: [
    'name-unknown',
    'resolver-silent',
    'resolver-slow',
    'resolver-differs',
    'filter-drop',
    'filter-reject',
  ],
  applies: ({ target }) => !isHostAddress(target.host),
  async run(inquiry) {
    const { target, os, named, signal, left } = inquiry
    const name = String(target.host)
    const began = os.clock.monotonic()
    const passed = (): number => os.clock.monotonic() - began
    const over = new AbortController()
    const stop = AbortSignal.any([signal, over.signal])
    let system: Resolved | undefined
    const looking = os.reach.resolve(name, { signal: stop }).then(answer => {
      system = answer
      named.lookupMs = passed()
    })
    // What comes after nobody waits any longer is of no interest.
    looking.catch(() => undefined)
    const until = async (ms: number): Promise<void> => {
      const timer = new AbortController()
      const time = os.clock.sleep(Math.max(1, ms), AbortSignal.any([signal, timer.signal]))
      time.catch(() => undefined)
      await Promise.race([looking, time])
      timer.abort()
    }
    await until(SOON_MS)
    const given = (): Extract<Resolved, { kind: 'found' }> | undefined =>
      system?.kind === 'found' && system.addresses.length > 0 ? system : undefined
    let sources: NameSources | undefined
    if (given() === undefined) {
      const question = { name, timeoutMs: Math.min(RESOLVER_MS, left()), signal: stop }
      const asking = askNameSources(os, question)
      await until(Math.min(SYSTEM_MS - passed(), left() / 2))
      sources = await asking
    }
    const answer = given()
    over.abort()
    if (answer !== undefined) {
      named.addresses = [...new Set(answer.addresses)]
      const ms = named.lookupMs ?? 0
      const says = `${name} is ${named.addresses.join(', ')}`
      if (ms < SLOW_MS || sources === undefined) return fine(says)
      const claims = judgeSlowLookUp({ name, ms, sources })
      const slow = `${says}, after ${Math.round(ms)} ms`
      return claims.length === 0 ? fine(slow) : found(slow, claims)
    }
    const failure: Resolved | undefined = system
    const code = failure?.kind === 'failed' ? failure.code : failure === undefined ? undefined : 'ENODATA'
    if (code === 'ENOSYS') return untold('this host looks no names up')
    named.failed = code ?? 'ETIMEOUT'
    named.sources = sources!
    const judged = judgeFailedLookUp({
      name,
      ...(code === undefined ? {} : { code }),
      ms: passed(),
      sources: sources!,
    })
    const { resolverStops } = await import('../own/resolver-stop.ts')
    const stops = await resolverStops(inquiry, sources!.resolvers)
    if (stops.length === 0) return judged
    // It is not they who keep silent.
    const others = (judged.claims ?? []).filter(({ code: of }) => of !== 'resolver-silent')
    return found(judged.says, [...stops, ...others])
  },
}
