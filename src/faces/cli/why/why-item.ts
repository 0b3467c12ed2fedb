/** A diagnosis as JSON has it. */
import type { DiagnosedCause, Diagnosis, Step } from '../../../tools/why/why.ts'

export function whyItem(diagnosis: Diagnosis): object {
  const { target, verdict, says, causes, steps, addresses, next, firstMs, ms } = diagnosis
  return {
    target: target.text,
    protocol: target.protocol,
    host: target.host,
    port: target.port,
    verdict,
    says,
    causes: causes.map(causeItem),
    ...(next === undefined ? {} : { next }),
    addresses: addresses.map(({ address, verdict }) => ({ address, verdict })),
    steps: steps.map(stepItem),
    firstMs: tenths(firstMs),
    ms: tenths(ms),
  }
}

const causeItem = ({
  code,
  where,
  leg,
  certainty,
  title,
  evidence,
  disprovedBy,
  remedy,
  commands,
  address,
  moves,
}: DiagnosedCause) => ({
  code,
  where,
  leg,
  certainty,
  title,
  ...(address === undefined ? {} : { address }),
  evidence,
  disprovedBy,
  remedy,
  ...(commands === undefined ? {} : { commands }),
  moves,
})

const stepItem = ({ check, phase, result, says, ms, address }: Step) => ({
  check,
  phase,
  result,
  says,
  ...(address === undefined ? {} : { address }),
  ms: tenths(ms),
})

const tenths = (ms: number): number => Math.round(ms * 10) / 10
