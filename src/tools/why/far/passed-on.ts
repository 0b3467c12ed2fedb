/** A translation in words: who translates is who passes on, whoever has the address that was asked. */
import { scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { Hop, Walk } from '../../trace/trace.ts'
import type { Claim } from '../suspects.ts'
import { endText, type FarContext, translatedAt } from './far-context.ts'

const ENDS = { closed: 'where nobody listens', silent: 'which does not answer' } as const

/** `to`: where it goes on. */
export const passedOn = (
  { host }: Hop,
  { question }: FarContext['way'],
  to: string,
  end: keyof typeof ENDS,
): Required<Pick<Claim, 'title' | 'remedy'>> => ({
  title: `${host} passes what is for ${endText(question.packet, 'destination')} on to ${to}, ${ENDS[end]}`,
  remedy: `${end === 'closed' ? `Start the service that is to listen on ${to}` : `Start the host ${withoutPort(to)}`}, or correct where ${host} forwards to.`,
})

const withoutPort = (end: string): string => end.replace(/^\[(.*)\]:\d+$|:\d+$/, '$1')

/** To somebody whom nobody sees: what is said of the address that was asked is said of that one. */
export function passedBeyond(way: FarContext['way'], walk: Walk, last: Hop): readonly Claim[] {
  const translated = translatedAt(walk)
  if (translated === undefined) return []
  const { packet } = way.question
  const to = endText(last.packet, 'destination')
  const rule = translated.stages.find(({ did }) => did.kind === 'translated')?.rule?.text
  const says = `${translated.host} makes ${endText(packet, 'destination')} ${to}${rule === undefined ? '' : ` (${rule})`}`
  return (['closed', 'silent'] as const).map(end => ({
    code: `nat-backend-${end}`,
    is: 'possible',
    because: says,
    where: { host: scalarAddress(packet.destination as number | bigint, packet.family) },
    ...passedOn(translated, way, to, end),
    evidence: [{ source: `rules of ${translated.host}`, says }],
  }))
}
