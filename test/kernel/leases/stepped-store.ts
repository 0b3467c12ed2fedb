/** A store whose every change waits for a line of input first, so that its process can be killed right there. */
import { readSync, writeSync } from 'node:fs'
import type { ClaimStore } from '../../../src/os/os.ts'

export function steppedStore(store: ClaimStore): ClaimStore {
  const wait = (step: string): void => {
    writeSync(1, `${step}\n`)
    readSync(0, Buffer.alloc(1))
  }
  return {
    ...store,
    list() {
      wait('list')
      return store.list()
    },
    add(claim, note) {
      wait(`add ${claim.state}`)
      return store.add(claim, note)
    },
    remove(claim) {
      wait(`remove ${claim.state}`)
      return store.remove(claim)
    },
  }
}
