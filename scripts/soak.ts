/**
 * Long runs that widen what the tests check. They print their seed, so that a run can be had again; the status is 1 when
 * something was found.
 *
 *   npm run soak -- space --programs 100000 --seed 7     random programs over the port space, on the kernel and in the model
 *   npm run soak -- space --directed groups              of one profile; without, of all in turn
 *   npm run soak -- filter --packets 50000 --seed 7      random packet filters and packets, through the kernel and the model
 *   npm run soak -- nat --flows 50000 --seed 7           random translations and conversations, through the kernel and the model
 *   npm run soak -- why speed                 how soon `ports why` answers; `matrix` and other tables as the tests have them
 *   npm run soak -- record                    the kernel's answers written down, to judge the model by where there is no kernel
 *   npm run soak -- mutants                   how many changes of the model those answers notice
 */
import { soakFilter } from '../test/kernel/filter/soak.ts'
import { soakNat } from '../test/kernel/nat/soak.ts'
import { soakMutants } from '../test/kernel/space/mutants/soak-mutants.ts'
import { recordSpace } from '../test/kernel/space/record.ts'
import { soakSpace } from '../test/kernel/space/soak.ts'
import { soakWhy } from '../test/kernel/why/soak.ts'

const SOAKS: Readonly<Record<string, (args: string[]) => Promise<number>>> = {
  space: soakSpace,
  filter: soakFilter,
  nat: soakNat,
  why: soakWhy,
  record: recordSpace,
  mutants: soakMutants,
}

const [name = '', ...args] = process.argv.slice(2)
const soak = SOAKS[name]
if (soak === undefined)
  console.error(`There is no soak "${name}"; there are ${Object.keys(SOAKS).join(', ')}.`)
process.exitCode = soak === undefined ? 2 : await soak(args)
