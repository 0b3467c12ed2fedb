/** Which addresses the system gives for a name. */
import { isHostAddress } from '../../../model/endpoint.ts'
import { fine, found, type NameCheck } from '../check.ts'

export const lookUp: NameCheck = {
  name: 'look-up',
  phase: 'name',
  asks: 'Which addresses does the system give for the name?',
  gathers: ['getaddrinfo(3)'],
  concludes: ['name-unknown', 'resolver-silent'],
  applies: ({ target }) => !isHostAddress(target.host),
  async run({ target, os, named, signal }) {
    const name = target.host
    const before = os.clock.monotonic()
    const resolved = await os.reach.resolve(name, { signal })
    named.lookupMs = os.clock.monotonic() - before
    if (resolved.kind === 'found' && resolved.addresses.length > 0) {
      named.addresses = [...new Set(resolved.addresses)]
      return fine(`${name} is ${named.addresses.join(', ')}`)
    }
    const code = resolved.kind === 'failed' ? resolved.code : 'ENOTFOUND'
    named.failed = code
    const silent = SILENT.has(code)
    const says = `looking ${name} up ended with ${code}`
    return found(says, [
      {
        code: silent ? 'resolver-silent' : 'name-unknown',
        is: UNKNOWN.has(code) ? 'proven' : 'likely',
        because: says,
        words: { name },
        evidence: [{ source: 'getaddrinfo', says }],
      },
    ])
  },
}

/** The resolver says that there is no such name, or no address of it (gai_strerror(3)). */
const UNKNOWN = new Set(['ENOTFOUND', 'EAI_NONAME', 'EAI_NODATA', 'ENODATA'])
/** It could not be asked, or did not answer. */
const SILENT = new Set(['EAI_AGAIN', 'ETIMEOUT', 'ETIMEDOUT', 'ESERVFAIL', 'EAI_FAIL', 'ECONNREFUSED'])
