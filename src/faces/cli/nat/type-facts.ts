/** What was found out about a NAT, a line each: for plain output, and with titles for people. */
import { formatTracked, type NatType, NOT_TOLD_SAYS, type Told } from '../../../tools/nat/nat.ts'

export interface TypeFact {
  readonly key: string
  readonly title: string
  readonly value: string
}

export function typeFacts(found: NatType): readonly TypeFact[] {
  const { mapping, mappingAtFirst, collision, ports } = found
  const word = <T>(told: Told<T>, say: (value: T) => string): string =>
    told.known ? say(told.value) : NOT_TOLD_SAYS[told.why]
  const fact = (key: string, title: string, value: string): TypeFact => ({ key, title, value })
  const isDowngraded = mapping.known && mappingAtFirst.known && mapping.value !== mappingAtFirst.value
  return [
    fact('type', 'Type', found.name),
    fact('server', 'Server', formatTracked(found.server)),
    fact('local', 'Here', formatTracked(found.local)),
    fact('mapped', 'Seen as', found.mapped === null ? 'no answer' : formatTracked(found.mapped)),
    fact(
      'mapping',
      'Mapping',
      word(mapping, value => (isDowngraded ? `${value}, though it looks ${mappingAtFirst.value}` : value)),
    ),
    fact('filtering', 'Filtering', word(found.filtering, String)),
    fact('hairpin', 'Hairpin', word(found.hairpin, String)),
    fact(
      'portPreservation',
      'Keeps the port',
      word(ports, ({ preservation }) => preservation),
    ),
    fact(
      'portStep',
      'Next port',
      word(ports, ({ step, preservation }) =>
        step !== undefined
          ? `${step > 0 ? '+' : ''}${step}`
          : preservation === 'always'
            ? 'the same as inside'
            : 'can’t be foreseen',
      ),
    ),
    fact('inboundFirst', 'When others send first', word(found.inboundFirst, String)),
    fact(
      'collision',
      'When ports collide',
      word(collision, ({ mapping: outcome }) => outcome),
    ),
    fact(
      'overloads',
      'One port for two',
      word(collision, ({ overloads }) => (overloads ? 'yes' : 'no')),
    ),
    fact('lifetime', 'A mapping lasts', word(found.lifetime, lifetimeText)),
    fact(
      'rewritesPayload',
      'Rewrites payloads',
      word(found.rewritesPayload, value => (value ? 'yes' : 'no')),
    ),
    fact(
      'carrierGrade',
      'Another NAT behind',
      word(found.carrierGrade, value => (value ? 'yes' : 'no')),
    ),
  ]
}

const lifetimeText = ({ atLeast, below }: { readonly atLeast: number; readonly below?: number }): string => {
  if (below === undefined) return `over ${atLeast} s`
  return atLeast === 0 ? `under ${below} s` : `${atLeast} to ${below} s without a packet`
}
