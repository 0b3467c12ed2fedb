/**
 * Makes a checkout ready: `prestart`, `pretest` and `build` call it, so that `npm start` and `npm test` work
 * on a fresh clone. It notices what is missing, says what it will do, and does it; when all is there it is silent
 * and takes no time. What it says goes to stderr.
 *
 *   node scripts/setup.mjs          npm packages, and the Node that the project pins
 *   node scripts/setup.mjs --test   also the system's tools that tests use
 *
 * PORTOLAN_NO_SETUP=1 forbids it to install anything: it says what is missing.
 *
 * Plain JavaScript, for the machine's own Node (18 or newer): the project's may not be there yet. It is a script
 * of its own and not the first half of another, because a shell remembers where it found `node`.
 */
import { fileURLToPath } from 'node:url'
import { packagesAreReady } from './setup/stamp.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const forbidden = process.env.PORTOLAN_NO_SETUP === '1'
/** @param {string} line */
const say = line => console.error(`set-up: ${line}`)

try {
  if (!packagesAreReady(root)) {
    const { installPackages } = await import('./setup/packages.mjs')
    installPackages(root, { forbidden, say })
  }
  if (process.argv.includes('--test') && process.platform === 'linux') {
    const { installSystemTools, theSystem } = await import('./setup/system.mjs')
    installSystemTools({ ...theSystem, forbidden, say })
  }
} catch (error) {
  if (!(error instanceof Error) || error.name !== 'SetupError') throw error
  say(error.message)
  process.exitCode = 1
}
