/** The JSON of `ports nat type`. */
import { meaningOf, type NatType, type Told } from '../../../tools/nat/nat.ts'

export function typeItem(found: NatType): object {
  const { name, server, other, local, mapped, ports, collision } = found
  return {
    type: name,
    server,
    otherAddress: other,
    local,
    mapped,
    ...member('translated', found.translated),
    ...member('mapping', found.mapping),
    ...member('mappingAtFirst', found.mappingAtFirst),
    ...member('filtering', found.filtering),
    ...member('hairpin', found.hairpin),
    ...member('portPreservation', ports, ({ preservation }) => preservation),
    samples: ports.known ? ports.value.samples : [],
    ...(ports.known && ports.value.step !== undefined ? { portStep: ports.value.step } : {}),
    ...member('inboundFirst', found.inboundFirst),
    ...member('collision', collision, ({ mapping }) => mapping),
    ...member('overloads', collision, ({ overloads }) => overloads),
    ...member('lifetimeSeconds', found.lifetime),
    ...member('rewritesPayload', found.rewritesPayload),
    ...member('carrierGrade', found.carrierGrade),
    means: meaningOf(name),
  }
}

/** The value, or null with the reason beside it. */
const member = <T, V = T>(name: string, told: Told<T>, of?: (value: T) => V): object =>
  told.known
    ? { [name]: of === undefined ? told.value : of(told.value) }
    : { [name]: null, [`${name}Unknown`]: told.why }
