/** Whom the outcome of the attempt makes a suspect: the table of `outcome-rows.ts`. */
import { type AddressCheck, fine, found, untold } from '../check.ts'
import { OUTCOME_ROWS } from '../outcome-rows.ts'
import { outcomeOf, rowFor } from '../outcomes.ts'
import { rowClaims, sentence } from '../row-claims.ts'

export const outcome: AddressCheck = {
  name: 'outcome',
  phase: 'attempt',
  asks: 'Whom does the outcome make a suspect?',
  gathers: ['how the attempt ended and when', 'whether a frame left', 'what came back, and who sent it'],
  concludes: [...new Set(OUTCOME_ROWS.flatMap(({ suspects }) => suspects.map(({ code }) => code)))],
  applies: ({ facts, target }) => facts.tried !== undefined && target.protocol === 'tcp',
  async run(inquiry) {
    const { facts } = inquiry
    const own = (await inquiry.client.addresses()).map(({ address }) => address)
    const seen = outcomeOf(facts.tried!, { local: facts.local === true, own })
    facts.outcome = seen
    const row = rowFor(seen)
    if (row === undefined) return untold(`no row of outcomes fits ${seen.ended}`)
    if (row.suspects.length === 0) return fine('the connection stands')
    const says = sentence(seen)
    const claims = row.suspects.map(suspect => rowClaims(inquiry, seen, suspect, says, row.source))
    return found(`${row.name}: ${says}`, claims)
  },
}
