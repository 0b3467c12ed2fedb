/** The rows of a table about systems: a fact a row. */
import { UNKNOWN_SAYS } from '../../../model/known.ts'
import { FACT_NAMES, FACT_TITLES, type FactName, type System } from '../../../model/space/systems/systems.ts'
import type { LiveSetting, Platform } from '../../../tools/platform/platform.ts'
import { factText } from './fact-text.ts'

export interface FactRow {
  readonly field: string
  /** One for each system. */
  readonly values: readonly string[]
  /** As it is set on this machine; null for what is no setting. */
  readonly here: string | null
  /** The rest is of the first system. */
  readonly says: string
  readonly source: string
  readonly certainty: string
}

/** Each once, in the order in which they were first named. */
export const eachOnce = (systems: readonly System[]): readonly System[] =>
  systems.filter(({ name }, at) => systems.findIndex(system => system.name === name) === at)

export const factRows = (systems: readonly System[]): readonly FactRow[] => [
  aboutRow('system', systems, ({ title }) => title),
  aboutRow('stands on', systems, ({ basis }) => basis),
  ...FACT_NAMES.map(name => factRow(name, systems)),
]

const aboutRow = (
  field: string,
  systems: readonly System[],
  of: (system: System) => string,
  here: string | null = null,
): FactRow => ({ field, values: systems.map(of), here, says: '', source: '', certainty: '' })

function factRow(name: FactName, systems: readonly System[]): FactRow {
  const { says, source, certainty } = systems[0]!.facts[name]
  return {
    field: FACT_TITLES[name],
    values: systems.map(system => factText(system, name)),
    here: null,
    says,
    source,
    certainty,
  }
}

/** This machine: facts with what is set, then the settings that no fact is about. */
export function liveRows({ system, release, settings }: Platform): readonly FactRow[] {
  const systems = [system]
  const kernel = release.known ? release.value : UNKNOWN_SAYS[release.reason]
  return [
    aboutRow('system', systems, ({ title }) => title, kernel),
    aboutRow('stands on', systems, ({ basis }) => basis),
    ...FACT_NAMES.map(name => {
      const setting = settings.find(({ fact }) => fact === name)
      const row = factRow(name, systems)
      return setting === undefined ? row : { ...row, ...settingMembers(setting, row) }
    }),
    ...settings
      .filter(({ fact }) => fact === undefined)
      .map(
        (setting): FactRow => ({
          field: setting.name,
          values: [setting.usual ?? 'by the machine'],
          here: hereText(setting),
          says: setting.says,
          source: setting.source,
          certainty: '',
        }),
      ),
  ]
}

/** What is set, and what that is called; a list of ports that is empty is none. */
const settingMembers = (setting: LiveSetting, { says, values }: FactRow): Partial<FactRow> => ({
  here: hereText(setting),
  says: `${setting.name}: ${says}`,
  values: setting.usual === '' ? ['none'] : values,
})

function hereText({ here, fact }: LiveSetting): string {
  if (!here.known) return UNKNOWN_SAYS[here.reason]
  if (here.value === '') return 'none'
  return fact === 'ephemeralRange' ? here.value.trim().replace(/\s+/, '-') : here.value
}
