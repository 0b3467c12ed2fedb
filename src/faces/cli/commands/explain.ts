/** `ports 3000`: explains ports and endpoints, the answer first. */
import type { Address } from '../../../model/address.ts'
import { type EndpointSpec, parseEndpoint } from '../../../model/endpoint.ts'
import { isFault } from '../../../model/fault.ts'
import type { OS } from '../../../os/os.ts'
import type { CanBind } from '../../../tools/bind/bind.ts'
import { type Explanation, explain as explainPort, isHeld } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { formatOf, print, warn } from '../render/output.ts'
import { incompleteness } from '../sockets/incompleteness.ts'
import { serviceNames } from '../sockets/service-names.ts'
import type { ExplainFlags } from '../specs/explain.ts'

export default async function explain(
  this: CliContext,
  flags: ExplainFlags,
  ...targets: string[]
): Promise<ExitStatus> {
  const format = formatOf(this, flags, 'ports explain')
  const asked = targets.map(target => parseEndpoint(target))
  const os = await this.openOS()
  try {
    const namespaces =
      flags.netns === undefined
        ? undefined
        : await (await import('../sockets/namespaces.ts')).namespacesOf(os, flags.netns)
    const inEffect = await (await import('../sockets/exposure-in-effect.ts')).exposureInEffect(this, os)
    const explanations: Explanation[] = []
    const bindable = new Map<Explanation, CanBind>()
    for (const one of asked) {
      const addresses = await addressesOf(this, one)
      const explanation = await explainPort(os, one, {
        signal: this.signal,
        ...(namespaces === undefined ? {} : { netns: namespaces.inodes }),
        ...(addresses === undefined ? {} : { addresses }),
        ...(inEffect.judge === undefined ? {} : { exposure: inEffect.judge }),
      })
      if (namespaces !== undefined)
        await explanation.table.facts.prepare(explanation.table.rows, { namespaces: true })
      explanations.push(explanation)
      if (isHeld(explanation) || namespaces !== undefined) continue
      const answer = await bindableOf(this, os, one, addresses)
      if (answer !== null) bindable.set(explanation, answer)
    }
    const services = await serviceNames(
      this,
      asked.map(one => one.port),
    )
    const known = explanations.map(({ table }) => incompleteness(table, namespaces?.unread))
    const warnings = distinct([...known.flatMap(one => one.warnings), ...inEffect.warnings])
    const complete = inEffect.complete && known.every(one => one.complete)
    const style = { services, now: this.now(), netns: flags.netns, width: this.stdout.columns }
    if (format === 'table' || format === 'plain') {
      const { explanationText } = await import('../sockets/explanation-text.ts')
      const { paintFor } = await import('../render/colour.ts')
      const paint = paintFor(this, this.stdout, flags)
      const texts: string[] = []
      for (const one of explanations) {
        const answer = bindable.get(one)
        const lines =
          answer === undefined
            ? ''
            : (await import('../bind/bind-text.ts')).bindText(answer, paint, style.width)
        texts.push(
          await explanationText(one, { ...style, paint, bindable: lines, hints: format === 'table' }),
        )
      }
      await this.stdout.write(texts.join('\n'))
      await warn(this, flags, warnings)
    } else {
      const { explanationColumns, explanationItem } = await import('../sockets/explanation-item.ts')
      const items = new Map<Explanation, object>()
      for (const one of explanations)
        items.set(one, {
          ...(await explanationItem(one, services, style.now, flags.netns)),
          ...(bindable.has(one) ? { canBind: bindable.get(one) } : {}),
        })
      await print(this, flags, {
        schema: 'explanation@1',
        type: 'explanation',
        columns: explanationColumns(style.now),
        rows: explanations,
        item: one => items.get(one)!,
        complete,
        warnings,
      })
    }
    if (flags.strict && !complete) return EXIT.incomplete
    return explanations.some(isHeld) ? EXIT.done : EXIT.nothingMatched
  } finally {
    await os.close()
  }
}

const distinct = <T extends { readonly message: string }>(all: readonly T[]): T[] => [
  ...new Map(all.map(one => [one.message, one])).values(),
]

/** What a host stands for; undefined where none was named. A name is looked up, as the system would. */
async function addressesOf({ hostNames }: CliContext, { host }: EndpointSpec) {
  if (host === undefined) return undefined
  const { isAddress, parseAddress, withoutZone } = await import('../../../model/address.ts')
  if (isAddress(host)) return [withoutZone(parseAddress(host))]
  try {
    return (await hostNames.addressesOf(host)).map(address => withoutZone(parseAddress(address)))
  } catch (cause) {
    const { fault } = await import('../../../model/fault.ts')
    throw fault('E_HOST_UNKNOWN', { host, code: String((cause as NodeJS.ErrnoException).code) }, { cause })
  }
}

/** Nobody has it: can we? Null for an endpoint that is not of this machine, and where nothing can be tried. */
async function bindableOf(
  { uid }: CliContext,
  os: OS,
  { protocol = 'tcp', port }: EndpointSpec,
  addresses: readonly Address[] | undefined,
): Promise<CanBind | null> {
  if ((protocol !== 'tcp' && protocol !== 'udp') || (addresses?.length ?? 0) > 1) return null
  const { canBind, canBindAnywhere } = await import('../../../tools/bind/bind.ts')
  const asked = { protocol, port, trial: true, ...(uid === null ? {} : { uid }) }
  const [address] = addresses ?? []
  try {
    const answer = await (address === undefined
      ? canBindAnywhere(os, asked)
      : canBind(os, { ...asked, address }))
    return answer.errno === 'EADDRNOTAVAIL' ? null : answer
  } catch (error) {
    if (isFault(error) && error.code === 'E_BIND_UNSUPPORTED') return null
    throw error
  }
}
