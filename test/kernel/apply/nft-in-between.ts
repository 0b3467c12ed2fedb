/**
 * Puts a program in the place of nft, in the mount namespace of a berth, that counts calls and, at the call that is
 * asked for, kills with -9 who called it, or waits. So a process can be ended at each step of a change, without a word
 * about that in the process itself.
 */
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Berth, until } from './berth.ts'

const NFT = '/usr/sbin/nft'

export interface InBetween {
  /** Calls so far, each with its arguments. */
  calls(): string[]
  /** Counts from here on. */
  restart(): void
  /** Kills who makes call number `call`, before or after nft did what it was told. */
  killAt(call: number, when: 'before' | 'after'): void
  /** Lets the first call whose arguments are like this wait. */
  pauseAt(words: 'list' | 'check' | 'change'): void
  /** Pid of who called the one that waits. */
  paused(): Promise<number>
  resume(): void
}

export async function nftInBetween(berth: Berth): Promise<InBetween> {
  const path = (name: string): string => join(berth.folder, name)
  copyFileSync(NFT, path('nft.real'))
  chmodSync(path('nft.real'), 0o755)
  const script = `#!/bin/sh
cd ${berth.folder}
echo "$*" >> calls
call=$(wc -l < calls)
[ "$(cat kill 2>/dev/null)" = "$call before" ] && kill -9 $PPID
case "$1$2" in list*) kind=list ;; -c*) kind=check ;; *) kind=change ;; esac
if [ "$(cat pause 2>/dev/null)" = $kind ]; then
  rm pause; echo $PPID > paused.new; mv paused.new paused
  while [ -e paused ]; do sleep 0.02; done
fi
./nft.real "$@"
status=$?
[ "$(cat kill 2>/dev/null)" = "$call after" ] && kill -9 $PPID
exit $status
`
  writeFileSync(path('nft.sh'), script, { mode: 0o755 })
  writeFileSync(path('calls'), '')
  await berth.must('mount', '--bind', path('nft.sh'), NFT)
  return {
    calls: () => readFileSync(path('calls'), 'utf8').split('\n').slice(0, -1),
    restart() {
      writeFileSync(path('calls'), '')
      rmSync(path('kill'), { force: true })
    },
    killAt: (call, when) => writeFileSync(path('kill'), `${call} ${when}`),
    pauseAt: words => writeFileSync(path('pause'), words),
    async paused() {
      await until('nft waits', () => existsSync(path('paused')))
      return Number(readFileSync(path('paused'), 'utf8'))
    },
    resume: () => rmSync(path('paused')),
  }
}
