/** Why a look-up came to nothing, or took so long: from the system's own answer and what each of its sources says. Pure. */
import type { Evidence } from '../../model/finding.ts'
import { finalOf, type NameAnswer, type ResolverAnswer, sayResolver } from './ask-resolver.ts'
import { type CheckResult, found } from './check.ts'
import { isLocalName, type NameSources } from './name-sources.ts'
import type { Claim } from './suspects.ts'

export interface FailedLookUp {
  readonly name: string
  /** The system's word; absent where its answer wasn't waited for any longer. */
  readonly code?: string
  readonly ms: number
  readonly sources: NameSources
}

/** There is no such name, or no address of it (gai_strerror(3)). */
const UNKNOWN = new Set(['ENOTFOUND', 'EAI_NONAME', 'EAI_NODATA', 'EAI_ADDRFAMILY', 'ENODATA'])

export function judgeFailedLookUp({ name, code, ms, sources }: FailedLookUp): CheckResult {
  const { resolvers, hosts } = sources
  const says =
    code === undefined
      ? `looking ${name} up had no answer in ${seconds(ms)}`
      : `looking ${name} up ended with ${code} after ${seconds(ms)}`
  const evidence = [{ source: 'getaddrinfo', says }, ...evidenceOf(sources)]
  const kinds = resolvers.map(one => finalOf(one)?.kind)
  const has = (...of: readonly NameAnswer['kind'][]): boolean => kinds.some(kind => of.includes(kind!))
  const words = { name }
  const unknown = (is: Claim['is'], because: string): Claim => ({
    code: 'name-unknown',
    is,
    because,
    words,
    evidence,
    ...remedyFor(name, sources),
  })
  if (has('addresses') || hosts.length > 0) {
    const because = `${says}, and ${knowing(sources)} has an address`
    return found(because, [
      { code: 'resolver-differs', is: 'proven', because, words, evidence },
      ...(has('silent', 'unreachable')
        ? [{ code: 'resolver-silent', is: 'likely', because, words, evidence } as const]
        : [unknown('likely', because)]),
    ])
  }
  if (has('no-name', 'no-address') || UNKNOWN.has(code ?? '')) {
    const all = kinds.every(kind => kind === 'no-name' || kind === 'no-address')
    const because = all ? says : `${says}, and not every resolver answers`
    return found(because, [unknown(UNKNOWN.has(code ?? '') ? 'proven' : 'likely', because)])
  }
  const asked = resolvers.length > 0
  const because = asked ? `${says}, and ${silence(resolvers)}` : says
  return found(because, [
    {
      code: 'resolver-silent',
      is: asked && !has('addresses') ? 'proven' : 'likely',
      because,
      words: asked ? { ...words, resolvers: resolvers.map(({ server }) => server).join(' or ') } : words,
      evidence,
      ...(sources.settings?.named === false
        ? { remedy: 'Name a resolver in the settings (resolv.conf): none is named.' }
        : {}),
    },
  ])
}

/**
 * A look-up that succeeded, and took that long: only where a resolver, asked by itself, is slow or silent as well. Else it was this
 * host that had no time.
 */
export function judgeSlowLookUp({ name, ms, sources }: Omit<FailedLookUp, 'code'>): readonly Claim[] {
  const answers = sources.resolvers.flatMap(({ asked }) => asked)
  const silent = answers.some(({ kind }) => kind === 'silent' || kind === 'unreachable')
  if (!silent && !answers.some(answer => answer.ms >= SLOW_ANSWER_MS)) return []
  const because = `looking ${name} up took ${seconds(ms)}`
  const evidence = [{ source: 'getaddrinfo', says: because }, ...evidenceOf(sources)]
  const is = silent ? 'proven' : 'likely'
  const quick = sources.resolvers.find(one => finalOf(one)?.kind === 'addresses')?.server
  const words = { name, time: seconds(ms), ...(quick === undefined ? {} : { quick }) }
  return [{ code: 'resolver-slow', is, because, words, evidence }]
}

/** Milliseconds. */
const SLOW_ANSWER_MS = 500

const seconds = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`)

function evidenceOf({ hosts, resolvers }: NameSources): readonly Evidence[] {
  return [
    ...hosts.map(({ line, address, names }) => ({
      source: 'hosts file',
      says: `line ${line}: ${names.join(' ')} is ${address}`,
    })),
    ...resolvers.map(one => ({ source: 'resolver', says: sayResolver(one) })),
  ]
}

const knowing = ({ hosts, resolvers }: NameSources): string =>
  hosts.length > 0
    ? 'the hosts file'
    : `resolver ${resolvers.find(one => finalOf(one)?.kind === 'addresses')!.server}`

function silence(resolvers: readonly ResolverAnswer[]): string {
  const each = resolvers.map(one => {
    const last = finalOf(one)
    const does =
      last === undefined || last.kind === 'silent'
        ? 'does not answer'
        : last.kind === 'unreachable'
          ? `can’t be reached (${last.word})`
          : `answers ${last.word}`
    return `resolver ${one.server} ${does}`
  })
  return each.join(', ')
}

/** What names usually lack. */
function remedyFor(name: string, { settings, multicast }: NameSources): { readonly remedy?: string } {
  if (/\.local\.?$/i.test(name))
    return {
      remedy:
        multicast === false
          ? 'Names under .local are for mDNS (RFC 6762), which this host does not ask: have nsswitch.conf name it.'
          : 'Names under .local are for mDNS (RFC 6762): look whether that host is on the same link, and answers.',
    }
  if (isLocalName(name)) return { remedy: 'Add it to the hosts file.' }
  const single = !name.replace(/\.$/, '').includes('.')
  if (single && name.endsWith('.'))
    return {
      remedy: `Leave the dot at the end out: with it, no domain is looked in for ${name.slice(0, -1)}.`,
    }
  if (single && settings !== undefined && settings.search.length === 0)
    return {
      remedy: `Write the whole name, ${name}.DOMAIN: this host has no search list (resolv.conf) to look in for short ones.`,
    }
  return {}
}
