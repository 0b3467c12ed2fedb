/** Whether the name means something else to another source: where none of its addresses can be reached, and another could. */
import { formatEndpoint, isHostAddress } from '../../../model/endpoint.ts'
import { type CheckResult, fine, found, type WholeCheck } from '../check.ts'
import { isReached } from '../is-reached.ts'
import { addressesTold, askNameSources } from '../name-sources.ts'
import type { Claim } from '../suspects.ts'

/** Other addresses that are tried, and how long each has, milliseconds. */
const MOST_TRIED = 3
const TRY_MS = 1_200
const RESOLVER_MS = 1_200

export const otherSources: WholeCheck = {
  name: 'other-sources',
  phase: 'whole',
  asks: 'Does another source of names know another address, and does that answer?',
  gathers: [
    'hosts(5), and each resolver of this host asked by itself',
    'an attempt to an address that only they have',
  ],
  concludes: ['resolver-differs'],
  applies: ({ target, all }) => !isHostAddress(target.host) && all.length > 0 && !all.some(isReached),
  async run({ target, os, named, options, signal }): Promise<CheckResult> {
    const name = String(target.host)
    const sources = await askNameSources(os, { name, timeoutMs: RESOLVER_MS, signal, beyondHosts: true })
    named.sources = sources
    const told = [...addressesTold(sources)]
    const others = told.filter(([address]) => !named.addresses!.includes(address))
    if (others.length === 0) return fine(`no other address of ${name} is known`)
    const evidence = told.map(([address, by]) => ({ source: by, says: `${name} is ${address}` }))
    const claim = (is: Claim['is'], because: string, more: Claim['evidence'] = []): Claim => ({
      code: 'resolver-differs',
      is,
      because,
      words: { name },
      evidence: [...evidence, ...more],
    })
    const where = others.map(([address, by]) => `${address} (${by})`).join(', ')
    const because = `${name} was looked up as ${named.addresses!.join(', ')}; it is also ${where}`
    if (target.protocol !== 'tcp') return found(because, [claim('possible', because)])
    const tries = others.slice(0, MOST_TRIED).map(async ([address]) => {
      const to = { address, port: target.port }
      const source = options.source === undefined ? {} : { source: options.source }
      const attempt = await os.reach.attempt(
        { protocol: 'tcp', to, ...source },
        { timeoutMs: TRY_MS, signal },
      )
      await attempt.close()
      return attempt.outcome.kind === 'yes' ? formatEndpoint(to) : undefined
    })
    const answers = (await Promise.all(tries)).filter(one => one !== undefined)
    if (answers.length === 0) return found(because, [claim('possible', because)])
    const proof = `${answers.join(', ')} takes the connection`
    return found(`${because}; ${proof}`, [
      {
        ...claim('proven', `${because}; ${proof}`, [{ source: 'connect', says: proof }]),
        remedy: `Correct the source that gives the other address, or name the address that works, ${answers[0]}.`,
      },
    ])
  },
}
