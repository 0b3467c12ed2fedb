/**
 * The port rules of the machine itself: which system it is, and its settings as they are beside what is usual.
 *
 * Answers what is set in our own network namespace. Doesn't answer what follows from it for one bind, nor how full the
 * ports are. Settings are asked for by the names of sysctl(8); where the system doesn't tell, that is the answer.
 */
import { type Known, unknown } from '../../model/known.ts'
import { linuxRelease, type Setting, type System, systemNamed } from '../../model/space/systems/systems.ts'
import type { OS } from '../../os/os.ts'

export interface Platform {
  readonly system: System
  /** Of the kernel, `6.18.44-cloud`. The system is the newest that is known where nobody tells. */
  readonly release: Known<string>
  readonly settings: readonly LiveSetting[]
}

export interface LiveSetting extends Setting {
  readonly here: Known<string>
}

const RELEASE = 'kernel.osrelease'

/** Throws `E_SYSTEM_UNKNOWN` on a system whose rules nobody has written down. */
export async function readPlatform(os: OS): Promise<Platform> {
  const named = systemNamed(os.platform)
  const told = await os.tunables([RELEASE, ...named.settings.map(({ name }) => name)])
  const of = (name: string): Known<string> => told.get(name) ?? unknown('unsupported')
  const release = of(RELEASE)
  return {
    system: named.kind === 'linux' && release.known ? linuxRelease(release.value) : named,
    release,
    settings: named.settings.map(setting => ({ ...setting, here: of(setting.name) })),
  }
}
