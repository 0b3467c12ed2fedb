/** The answer of `can-bind` for people: the verdict in a sentence, then the reasons, each with what to do. */
import { formatEndpoint } from '../../../model/endpoint.ts'
import { type Port, parsePort } from '../../../model/port.ts'
import type { CanBind } from '../../../tools/bind/bind.ts'
import { clean } from '../render/clean.ts'
import type { Paint } from '../render/colour.ts'
import { wrap } from '../render/wrap.ts'

/** `width`: columns of the terminal, `Infinity` where nothing limits it. */
export function bindText(answer: CanBind, paint: Paint, width: number): string {
  const { protocol, endpoint, verdict, errno, reasons } = answer
  const port: Port = parsePort(String(endpoint.port))
  const at = `${protocol} ${formatEndpoint({ address: endpoint.address, port })}`
  const [word, style] = WORDS[verdict]
  const because = errno === null ? '' : `, ${errno}`
  const said = `${at} ${SAYS[verdict]}${because} (${basisOf(answer)})`
  const lines = [`${paint(word, style)}: ${wrap(said, width, 2, word.length + 2).join('\n')}`]
  for (const { says, remedy } of reasons) {
    lines.push(`  ${wrap(clean(says), width, 2, 2).join('\n')}`)
    if (remedy !== undefined) lines.push(`    ${paint(wrap(clean(remedy), width, 4, 4).join('\n'), 'dim')}`)
  }
  return `${lines.join('\n')}\n`
}

const SAYS = { yes: 'can be bound', no: 'can’t be bound', depends: 'may be bound or not' } as const
const WORDS = { yes: ['yes', 'good'], no: ['no', 'danger'], depends: ['depends', 'warn'] } as const

function basisOf({ tried, system }: CanBind): string {
  if (system !== undefined) return `by the documented rules of ${system}, never tried here`
  return tried ? 'the system was asked' : 'by the rules, not tried'
}
