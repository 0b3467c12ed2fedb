/** A system as JSON: its facts with their sources, and what is set here if it is this machine. */
import type { System } from '../../../model/space/systems/systems.ts'
import type { Platform } from '../../../tools/platform/platform.ts'

export const systemItem = (system: System, live?: Platform): object => ({
  name: system.name,
  title: system.title,
  judged: system.judged,
  basis: system.basis,
  facts: system.facts,
  ...(system.kind === 'linux' ? { dialect: system.dialect } : {}),
  ...(live === undefined ? {} : liveMembers(live)),
})

const liveMembers = ({ release, settings }: Platform): object => ({
  release: release.known ? release.value : null,
  ...(release.known ? {} : { releaseUnknown: release.reason }),
  settings: settings.map(({ name, here, usual, says, source }) => ({
    name,
    value: here.known ? here.value : null,
    ...(here.known ? {} : { valueUnknown: here.reason }),
    usual,
    says,
    source,
  })),
})
