/** What the checks of the reverse question share: a port of this host, and who of others can reach it. */
import type { Address } from '../../../model/address.ts'
import type { ExposureLevel } from '../../../model/exposure.ts'
import type { IpFamily } from '../../../model/protocol.ts'
import type { OS } from '../../../os/os.ts'
import type { CauseCode } from '../causes/causes.ts'
import type { CheckResult, Phase } from '../check.ts'
import type { SocketsAt } from '../far/sockets-at.ts'
import type { Suspects } from '../suspects.ts'
import type { Target } from '../target.ts'
import type { ReadView } from '../view.ts'

export interface BindInquiry {
  readonly target: Target
  readonly os: OS
  readonly view: ReadView
  readonly suspects: Suspects
  readonly signal: AbortSignal
  readonly facts: BindFacts
}

export interface BindFacts {
  sockets?: SocketsAt
  /** Addresses that listeners have, of those that others can send to. */
  listening?: readonly Address[]
  /** From where it is open, closed or unknown, by the rules. */
  regions?: readonly {
    readonly level: ExposureLevel
    readonly family: IpFamily
    readonly open: boolean | null
  }[]
}

export interface BindCheck {
  readonly name: string
  readonly phase: Phase
  readonly asks: string
  readonly gathers: readonly string[]
  readonly concludes: readonly CauseCode[]
  applies?(inquiry: BindInquiry): boolean
  run(inquiry: BindInquiry): Promise<CheckResult>
}
