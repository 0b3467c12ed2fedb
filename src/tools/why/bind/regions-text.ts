/** Regions from which a port is open or closed, in as few words as are true: `everywhere`, `its links and private networks, IPv4`. Pure. */
import type { IpFamily } from '../../../model/protocol.ts'
import type { RegionAnswer } from '../../exposure/exposure.ts'
import { FAMILY_WORDS } from '../lacks-family.ts'

type Region = Pick<RegionAnswer, 'level' | 'family'>

const NAMES = { link: 'its links', private: 'private networks', public: 'public networks' } as const
const LEVELS = Object.keys(NAMES) as (keyof typeof NAMES)[]

/** `families`: those that were asked about; of one alone nothing is said. */
export function regionsText(regions: readonly Region[], families: readonly IpFamily[]): string {
  const texts = new Map(
    families.flatMap(family => {
      const levels = LEVELS.filter(level => regions.some(one => one.family === family && one.level === level))
      if (levels.length === 0) return []
      const names = levels.map(level => NAMES[level])
      const text =
        levels.length === LEVELS.length
          ? 'everywhere'
          : [names.slice(0, -1).join(', '), names.at(-1)!].filter(part => part !== '').join(' and ')
      return [[family, text] as const]
    }),
  )
  const all = [...new Set(texts.values())]
  if (all.length === 1 && texts.size === families.length) return all[0]!
  return [...texts].map(([family, text]) => `${text}, ${FAMILY_WORDS[family]}`).join('; ')
}
