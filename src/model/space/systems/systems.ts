/**
 * Systems and their port rules: what is the same question everywhere and has another answer on each.
 *
 * Answers which ports a system picks, keeps back and guards, how long TIME_WAIT is, what the reuse options mean, which
 * errors come, and for other systems than Linux whether one socket stands in another's way. It doesn't answer for Linux
 * whether a bind succeeds: `PortSpace` does, exactly. Facts of other systems are from documentation, and say so.
 */
import { fault } from '../../fault.ts'
import { suggest } from '../../suggest.ts'
import { FREEBSD } from './freebsd.ts'
import { LINUX, LINUX_VERSIONS, linuxRelease } from './linux.ts'
import { MACOS } from './macos.ts'
import { OPENBSD } from './openbsd.ts'
import type { System } from './system.ts'
import { WINDOWS } from './windows.ts'

export { type Claimant, OCCUPANT_STATES, type Occupant, type OccupantState } from '../claimant.ts'
export type { Refusal } from './claimant.ts'
export { linuxRelease } from './linux.ts'
export { privilegeOn } from './privilege.ts'
export { refusalOn } from './refusal.ts'
export {
  FACT_CERTAINTIES,
  FACT_NAMES,
  FACT_TITLES,
  type Fact,
  type FactName,
  type Facts,
  type ForeignSystem,
  type LinuxSystem,
  OTHER_USERS,
  PROTOCOL_PRESENCE,
  REUSE_ADDRESS,
  REUSE_PORT,
  type Setting,
  type System,
} from './system.ts'

/** One of each kind, Linux being the newest that is known. */
export const SYSTEMS: readonly System[] = [LINUX, MACOS, FREEBSD, OPENBSD, WINDOWS]

/** What `systemNamed` takes, beside any other version of Linux. */
export const SYSTEM_NAMES: readonly string[] = [...SYSTEMS, ...LINUX_VERSIONS].map(({ name }) => name)

/** What Node calls them. */
const PLATFORMS: Readonly<Record<string, string>> = Object.freeze({ darwin: 'macos', win32: 'windows' })

/** The system of that name: `macos`, `linux`, `linux-6.1`; also as Node has it, `darwin`. Throws `E_SYSTEM_UNKNOWN`. */
export function systemNamed(text: string): System {
  const name = Object.hasOwn(PLATFORMS, text) ? PLATFORMS[text] : text
  const found = SYSTEMS.find(system => system.name === name)
  if (found !== undefined) return found
  const release = /^linux-(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)$/.exec(text)?.[1]
  if (release !== undefined) return linuxRelease(release)
  const near = suggest(text, [...SYSTEM_NAMES, ...Object.keys(PLATFORMS)])
  throw fault('E_SYSTEM_UNKNOWN', {
    text,
    next: `${near === undefined ? '' : `Did you mean "${near}"? `}There are ${SYSTEMS.map(({ name }) => name).join(', ')}, and Linux by version, as in linux-6.1.`,
  })
}
